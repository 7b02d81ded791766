#pragma warning disable RS0030 // the one class that may

using System.Runtime.InteropServices;

namespace WorkerPool.Launch;

// Waiting for descriptors, and waking those who wait. Linux.
internal static unsafe partial class Posix
{
    internal const uint EPOLLIN = 1;
    internal const uint EPOLLOUT = 4;
    internal const uint EPOLLEXCLUSIVE = 1u << 28;
    internal const uint EPOLLET = 1u << 31;
    private const int SCHED_BATCH = 3;
    private const int CLOCK_MONOTONIC = 1;
    private const int EPOLL_CTL_ADD = 1;
    private const int EPOLL_CTL_DEL = 2;

    /// <summary>A set of descriptors to wait for; close-on-exec.</summary>
    internal static int NewEpoll()
    {
        var epoll = epoll_create1(O_CLOEXEC);
        return epoll >= 0 ? epoll : throw Failed("epoll_create1", Marshal.GetLastPInvokeError());
    }

    /// <summary>Adds a descriptor to the set; <paramref name="tag"/> is what <see cref="EpollWait"/> gives when it is ready.</summary>
    internal static void EpollAdd(int epoll, int fd, uint events, int tag)
    {
        var entry = stackalloc byte[EpollEventSize];
        *(uint*)entry = events;
        *(long*)(entry + EpollTagOffset) = tag;
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, entry) != 0) throw Failed("epoll_ctl", Marshal.GetLastPInvokeError());
    }

    internal static void EpollRemove(int epoll, int fd)
    {
        var entry = stackalloc byte[EpollEventSize];
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, fd, entry);
    }

    /// <summary>Waits until at least one of the set is ready; the tags of those that are, or'ed together.</summary>
    internal static int EpollWait(int epoll)
    {
        const int Most = 5;
        var entries = stackalloc byte[Most * EpollEventSize];
        while (true)
        {
            var count = epoll_wait(epoll, entries, Most, -1);
            if (count < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error != EINTR) throw Failed("epoll_wait", error);
                continue;
            }

            var tags = 0;
            for (var i = 0; i < count; i++) tags |= *(int*)(entries + (i * EpollEventSize) + EpollTagOffset);
            return tags;
        }
    }

    /// <summary>A counter to wake a waiting thread by; close-on-exec, never blocks.</summary>
    internal static int NewEvent()
    {
        var fd = eventfd(0, O_CLOEXEC | O_NONBLOCK);
        return fd >= 0 ? fd : throw Failed("eventfd", Marshal.GetLastPInvokeError());
    }

    internal static void Signal(int eventFd)
    {
        long one = 1;
        _ = write(eventFd, (byte*)&one, sizeof(long));
    }

    /// <summary>A timer whose end can be waited for as for bytes; close-on-exec, never blocks.</summary>
    internal static int NewTimer()
    {
        var fd = timerfd_create(CLOCK_MONOTONIC, O_CLOEXEC | O_NONBLOCK);
        return fd >= 0 ? fd : throw Failed("timerfd_create", Marshal.GetLastPInvokeError());
    }

    /// <summary>Lets it end once, so much later.</summary>
    internal static void SetTimer(int timerFd, TimeSpan time)
    {
        // struct itimerspec: again after seconds, nanoseconds; first after seconds, nanoseconds.
        var setting = stackalloc nint[] { 0, 0, (nint)(time.Ticks / TimeSpan.TicksPerSecond), (nint)(time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick) };
        _ = timerfd_settime(timerFd, 0, setting, null);
    }

    /// <summary>
    /// The calling thread, when it is woken, no longer takes the processor from the thread that woke it (SCHED_BATCH, sched(7)); an idle
    /// processor it takes at once, as before.
    /// </summary>
    internal static void WaitForTurn()
    {
        var priority = 0;
        _ = sched_setscheduler(0, SCHED_BATCH, &priority);
    }

    // struct epoll_event is packed on x86-64 alone (epoll_ctl(2), sys/epoll.h).
    private static readonly int EpollTagOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EpollEventSize = EpollTagOffset + sizeof(long);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int timerfd_create(int clock, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int timerfd_settime(int fd, int flags, nint* setting, nint* previous);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int fd, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* entries, int most, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sched_setscheduler(int thread, int policy, int* parameters);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint value, int flags);
}
