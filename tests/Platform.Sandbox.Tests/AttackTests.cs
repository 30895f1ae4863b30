using System.Net;
using System.Net.Sockets;
using TestKit;

namespace Platform.Sandbox.Tests;

/// <summary>
/// Attacks on what the sandbox protects. Each is a small Python program that ends with 0 when it got through; each first
/// gets through outside, so that its failure inside means something.
/// </summary>
public sealed class AttackTests : IAsyncLifetime
{
    private const string Secret = "the-secret-of-another-job";

    private static readonly (string Name, string Code)[] s_attacks =
    [
        ("read a file of another job", "assert open(SECRET).read() == 'the-secret-of-another-job'"),
        ("list the folder of another job", "import os; assert os.listdir(os.path.dirname(SECRET))"),
        ("read the password file", "assert 'root' in open('/etc/passwd').read()"),
        ("list root's home", "import os; os.listdir('/root')"),
        ("write outside its folder", "open(os.path.join(os.path.dirname(SECRET), 'written'), 'w').write('x')"),
        ("overwrite a program of the system", "open('/usr/local/hub-attack', 'w').write('x'); os.unlink('/usr/local/hub-attack')"),
        ("open a TCP connection", "import socket; socket.create_connection(('127.0.0.1', TCP), 5)"),
        ("send a UDP packet", "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', TCP))"),
        ("listen on a port", "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()"),
        ("open a raw packet socket", "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
        ("open a netlink socket", "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)"),
        ("connect to an abstract socket of the host", "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0' + ABSTRACT)"),
        ("connect to a socket file of the host", "import socket; s = socket.socket(socket.AF_UNIX); s.connect(SOCKET)"),
        ("signal a process of the host", "os.kill(VICTIM, 0)"),
        ("see the processes of the host", "assert os.path.exists('/proc/%d/cmdline' % VICTIM) and 'sleep' in open('/proc/%d/cmdline' % VICTIM).read()"),
        ("trace a process of the host", "import ctypes; l = ctypes.CDLL(None, use_errno=True); assert l.ptrace(16, VICTIM, 0, 0) == 0; os.waitpid(VICTIM, 0x40000000); l.ptrace(17, VICTIM, 0, 0)"),
        ("trace a child of its own", "import ctypes; l = ctypes.CDLL(None); p = os.fork()\nif p == 0:\n    os._exit(0 if l.ptrace(0, 0, 0, 0) == 0 else 1)\nassert os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) == 0"),
        ("read the memory of a process of the host", "open('/proc/%d/mem' % VICTIM, 'rb')"),
        ("mount a file system", "import ctypes; l = ctypes.CDLL(None); os.makedirs('mnt'); assert l.mount(b'none', b'mnt', b'tmpfs', 0, None) == 0; l.umount(b'mnt')"),
        ("make a user namespace", "import ctypes; l = ctypes.CDLL(None); p = os.fork()\nif p == 0:\n    os._exit(0 if l.unshare(0x10000000) == 0 else 1)\nassert os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]) == 0"),
        ("change the root folder", "os.chroot('.')"),
        ("write a kernel setting", "s = open('/proc/sys/kernel/core_pattern').read(); open('/proc/sys/kernel/core_pattern', 'w').write(s)"),
        ("open a device of the host", "os.open('/dev/kmsg', os.O_RDONLY | os.O_NONBLOCK)"),
        ("read the kernel's log", "import ctypes; l = ctypes.CDLL(None); b = ctypes.create_string_buffer(4096); assert l.klogctl(3, b, 4096) >= 0"),
        ("make a device file", "os.mknod('disk', 0o60600, os.makedev(254, 0))"),
        ("use the kernel's key ring", "import ctypes; l = ctypes.CDLL(None, use_errno=True); assert l.syscall(ADD_KEY, b'user', b'hub-test', b'x', 1, -3) > 0"),
        ("use io_uring", "import ctypes; l = ctypes.CDLL(None); b = ctypes.create_string_buffer(120); assert l.syscall(425, 4, b) >= 0"),
        ("map faults to user space", "import ctypes; l = ctypes.CDLL(None); assert l.syscall(USERFAULTFD, 0x80000) >= 0"),
        ("gain privileges through a set-user-id program", "assert 'NoNewPrivs:\\t0' in open('/proc/self/status').read()"),
        ("hold a capability", "assert int([l for l in open('/proc/self/status') if l.startswith('CapEff')][0].split()[1], 16) != 0"),
        ("read the host's environment", "assert os.environ.get('HUB_ATTACK_MARK') == 'visible'"),
        ("learn the host's name", "assert os.uname().nodename == NODE"),
        ("change the host's clock", "import time; time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))"),
        ("raise its priority", "os.setpriority(os.PRIO_PROCESS, 0, -5)"),
        ("reach shared memory of the host", "assert open('/dev/shm/' + SHARED).read() == 'x'"),
    ];

    private readonly TempFolder _folder = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _abstract = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Socket _file = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private System.Diagnostics.Process? _victim;

    public static IEnumerable<TheoryDataRow<string>> Names => s_attacks.Select(attack => new TheoryDataRow<string>(attack.Name));

    private string SharedName => "hub-test-" + Path.GetFileName(_folder.Path);

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder.File("other"));
        File.WriteAllText(_folder.File("other/secret"), Secret);
        File.WriteAllText("/dev/shm/" + SharedName, "x");
        _listener.Start();
        _abstract.Bind(new UnixDomainSocketEndPoint("\0" + SharedName));
        _abstract.Listen();
        _file.Bind(new UnixDomainSocketEndPoint(_folder.File("other/socket")));
        _file.Listen();
        _victim = System.Diagnostics.Process.Start("sleep", "600");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _victim!.Kill();
        _victim.Dispose();
        _listener.Dispose();
        _abstract.Dispose();
        _file.Dispose();
        File.Delete("/dev/shm/" + SharedName);
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Attack_GetsThroughOutsideAndFailsInside(string name)
    {
        string code = Program(s_attacks.Single(attack => attack.Name == name).Code);
        string outside = Directory.CreateDirectory(_folder.File("outside")).FullName;
        var control = await ProcessRun.RunAsync("/usr/bin/python3", ["-c", code], new Dictionary<string, string> { ["HUB_ATTACK_MARK"] = "visible" }, folder: outside);
        Assert.True(control.ExitCode == 0, $"the attack '{name}' does not even work outside the sandbox: {control.Error}");

        var said = new List<string>();
        var inside = await RunInsideAsync(code, said);
        Assert.True(inside.End == SandboxEnd.Exited && inside.ExitCode != 0, $"'{name}' got through: {inside} {string.Join('\n', said)}");
    }

    private async Task<SandboxResult> RunInsideAsync(string code, List<string> said)
    {
        string work = Directory.CreateDirectory(_folder.File("inside")).FullName;
        var limits = new SandboxLimits(TimeSpan.FromSeconds(30), 512 << 20, 16 << 20, 64 << 10);
        var request = new SandboxRequest("/usr/bin/python3", ["-c", code], work, limits) { ErrorLine = said.Add };
        return await Sandboxes.Create("bubblewrap", TimeProvider.System).RunAsync(request, TestContext.Current.CancellationToken);
    }

    private string Program(string attack)
    {
        bool arm = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64;
        return $"""
            import os
            SECRET = '{_folder.File("other/secret")}'
            SOCKET = '{_folder.File("other/socket")}'
            TCP = {((IPEndPoint)_listener.LocalEndpoint).Port}
            ABSTRACT = '{SharedName}'
            SHARED = '{SharedName}'
            VICTIM = {_victim!.Id}
            NODE = '{Environment.MachineName}'
            ADD_KEY = {(arm ? 217 : 248)}
            USERFAULTFD = {(arm ? 282 : 323)}
            {attack.Replace("\n", "\n")}
            """;
    }
}
