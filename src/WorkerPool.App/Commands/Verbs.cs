using System.Reflection;
using System.Runtime.CompilerServices;
using CommandLine;

namespace WorkerPool.App.Commands;

/// <summary>From arguments to a verb that runs. Every fault is one line that says what is legal.</summary>
internal static class Verbs
{
    private static readonly string[] Defaults =
    [
        "Defaults come from variables named as the options are, WORKERPOOL_JOBS for --jobs, WORKERPOOL_RETRY_DELAY for --retry-delay (for all but -a and --glob); what stands here counts more.",
        ExitCodes.Words,
    ];

    private static readonly Verb[] All =
    [
        new(
            "run",
            typeof(RunOptions),
            "run TARGET [OPTIONS] [::: ITEM... | :::: FILE...]",
            [
                "workerpool run sha256 -j 4 ::: a.iso b.iso",
                "find . -type f -print0 | workerpool run sha256 -0 --tag",
                "workerpool run sha256 --glob 'photos/**/*.jpg' --joblog done.log --resume",
                "workerpool run hello --names left,right",
            ],
            Defaults),
        new(
            "exec",
            typeof(ExecOptions),
            "exec [OPTIONS] -- COMMAND [ARG...] [::: ITEM... | :::: FILE...]",
            [
                "workerpool exec -j 4 -- gzip -k {} ::: a.log b.log",
                "find . -name '*.png' -print0 | workerpool exec -0 -- convert {} {.}.webp",
                "workerpool exec --retries 3 --timeout 30s -a urls.txt -- curl -sO {}",
                "workerpool exec -k -- sh -c 'wc -l \"$1\" | cut -d\" \" -f1' sh {} ::: *.txt",
            ],
            [
                "In an argument of the command, {} becomes the item, {.} the item without its extension, {/} its last part, {//} its folder, {/.} its last part without extension, {#} its number, {%} the worker's slot, {name} the worker's name, {attempt} which try it is. Without any of them the item is the last argument. An argument stays one argument whatever the item holds; {{word}} stands for {word} itself.",
                .. Defaults,
            ]),
        new("targets", typeof(TargetsOptions), "targets [--assembly FILE]", ["workerpool targets", "workerpool targets --assembly Jobs.dll"], []),
        new("recipe", typeof(RecipeOptions), "recipe", [], []),
    ];

    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)] // a worker comes by its caller, and needs nothing of it
    internal static int Run(string[] args)
    {
        if (args is [Launch.LaunchTicket.Argument, ..])
        {
            throw new UsageException("--worker is how a parent starts its workers; start one with 'workerpool run TARGET' or 'workerpool exec -- COMMAND'.");
        }

        var split = SplitArguments.Of(args);
        var options = split.Read() ?? Parse(split);
        try
        {
            return options switch
            {
                RunOptions run => RunCommand.Run(run, split),
                ExecOptions exec => ExecCommand.Run(exec, split),
                TargetsOptions targets => TargetsCommand.Run(targets, split),
                RecipeOptions => RecipeCommand.RunAsync(split).GetAwaiter().GetResult(),
                null => ExitCodes.Success,
                var other => throw new InvalidOperationException($"no verb runs {other.GetType()}"),
            };
        }
        catch (UsageException fault) when (options is WorkOptions { Variables.Count: > 0 } work)
        {
            throw EnvironmentDefaults.Explain(fault, work);
        }
    }

    /// <summary>An option's value in help, as "N"; empty for none.</summary>
    internal static string MetaValue(string option) => All.SelectMany(v => v.Declared).FirstOrDefault(o => o.LongName == option)?.MetaValue ?? "";

    // By CommandLineParser, in a method of its own: who does not need it does not even load it. Null when it was asked for help, and gave it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static object? Parse(SplitArguments split)
    {
        var options = split.Options switch
        {
            ["help", var verb, ..] => HelpOf(verb),
            [var verb, ..] when verb is not ['-', ..] && split.Options.Contains("--help") => HelpOf(verb),
            var given => given,
        };
        using var parser = new Parser(settings =>
        {
            settings.HelpWriter = null;
            settings.AutoVersion = true;
            settings.CaseSensitive = true;
        });

        // A verb that is one needs its own options alone: CommandLineParser would read all verbs' attributes.
        var meant = Array.Find(All, v => options.Count > 0 && v.Name == options[0]);
        var result = parser.ParseArguments(options, meant is null ? Array.ConvertAll(All, v => v.Options) : [meant.Options]);
        if (result is NotParsed<object> failed)
        {
            Explain(result, [.. failed.Errors], options);
            return null;
        }

        var parsed = ((Parsed<object>)result).Value;
        if (parsed is WorkOptions work) split.FillIn(work);
        return parsed;
    }

    /// <exception cref="UsageException">The part is given, and the verb takes none.</exception>
    internal static void TakesNo(IReadOnlyList<byte[]>? part, string verb, string mark)
    {
        if (part is not null) throw new UsageException($"'{verb}' takes nothing behind '{mark}'. See 'workerpool {verb} --help'.");
    }

    /// <exception cref="UsageException">Something follows the verb.</exception>
    internal static void TakesNothing(SplitArguments split, string verb)
    {
        TakesNo(split.Items, verb, ":::");
        TakesNo(split.Command, verb, "--");
        if (split.Options is [_, var first, ..]) throw new UsageException($"'{verb}' takes no arguments, and '{first}' is one. See 'workerpool {verb} --help'.");
    }

    // CommandLineParser answers 'help VERB' with the list of verbs, and knows no --help behind a verb's value.
    private static string[] HelpOf(string verb) => All.Any(v => v.Name == verb) ? [verb, "--help"] : throw new UsageException(NoVerb(verb));

    private static void Explain(ParserResult<object> result, Error[] errors, IReadOnlyList<string> options)
    {
        if (errors.Any(e => e is VersionRequestedError))
        {
            Console.Out.WriteLine($"workerpool {Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}");
            return;
        }

        if (errors.Any(e => e is HelpRequestedError or HelpVerbRequestedError))
        {
            Console.Out.WriteLine(All.FirstOrDefault(v => v.Options == result.TypeInfo.Current) is { } verb ? HelpPage.Of(verb) : HelpPage.Of(All));
            return;
        }

        throw new UsageException(Describe(errors[0], options));
    }

    private static string Describe(Error error, IReadOnlyList<string> options)
    {
        var verb = options.Count > 0 ? options[0] : "";
        return error switch
        {
            NoVerbSelectedError => $"no verb given; there are: {List()}. See 'workerpool --help'.",
            BadVerbSelectedError { Token: ['-', ..] } bad => $"'{bad.Token}' stands where a verb must; there are: {List()}. Options stand behind the verb.",
            BadVerbSelectedError bad => NoVerb(bad.Token),
            UnknownOptionError unknown => $"'{Dashed(unknown.Token)}' is no option of '{verb}'{Near(unknown.Token, OptionsOf(verb), Dashed)}; there are: {string.Join(", ", OptionsOf(verb).Select(Dashed))}.",
            MissingValueOptionError missing => $"{Given(missing)} needs a value. See 'workerpool {verb} --help'.",
            MissingRequiredOptionError => $"'{verb}' needs a target{(verb == "run" ? ", as in 'workerpool run sha256 ::: FILE'" : "")}. See 'workerpool {verb} --help'.",
            RepeatedOptionError repeated => $"{Given(repeated)} is given more than once; give it once.",
            NamedError named => $"{Given(named)} is wrong ({named.Tag}). See 'workerpool {verb} --help'.",
            TokenError token => $"'{token.Token}' is wrong ({token.Tag}). See 'workerpool {verb} --help'.",
            _ => $"wrong arguments ({error.Tag}). See 'workerpool --help'.",
        };

        static string Given(NamedError error) => string.Join(", ", error.NameInfo.NameText.Split(", ").Select(Dashed));
    }

    private static string List() => string.Join(", ", All.Select(v => v.Name));

    private static string NoVerb(string token) => $"'{token}' is no verb{Near(token, All.Select(v => v.Name), name => name)}; there are: {List()}.";

    private static string Near(string token, IEnumerable<string> candidates, Func<string, string> show) =>
        Nearest.Of(token, candidates) is { } near ? $" (did you mean '{show(near)}'?)" : "";

    private static IEnumerable<string> OptionsOf(string verb) =>
        (All.FirstOrDefault(v => v.Name == verb)?.Declared ?? [])
            .SelectMany(o => (string[])[o.ShortName, o.LongName])
            .Where(name => name.Length > 0)
            .Append("help");

    private static string Dashed(string name) => name.StartsWith('-') ? name : name.Length == 1 ? "-" + name : "--" + name;
}
