namespace WorkerPool.App;

/// <summary>What `workerpool` exits with. Signals exit with 128 + their number.</summary>
internal static class ExitCodes
{
    /// <summary>For the help.</summary>
    internal const string Words =
        "Exit codes: 0 all done, 1 some items failed, 2 wrong usage, 3 halted, 4 no worker could be started, 124 some ran too long and none failed otherwise, 130, 143 and 129 stopped by Ctrl-C, SIGTERM and SIGHUP, 141 nobody read stdout.";

    internal const int Success = 0;

    /// <summary>Some items failed, the others were done; or items could not be read, or results not written.</summary>
    internal const int SomeFailed = 1;

    /// <summary>The command line is wrong; nothing was started.</summary>
    internal const int Usage = 2;

    /// <summary>What --halt waited for came about, whether anything was left to do or not.</summary>
    internal const int Halted = 3;

    /// <summary>No worker could be started.</summary>
    internal const int NoWorkers = 4;

    /// <summary>Nobody read stdout: what a shell says of a program that wrote to a closed pipe, 128 + SIGPIPE.</summary>
    internal const int ClosedOutput = 141;

    /// <summary>Some items failed, and all of them because they ran too long; as timeout(1) says it.</summary>
    internal const int OnlyTimeouts = 124;
}
