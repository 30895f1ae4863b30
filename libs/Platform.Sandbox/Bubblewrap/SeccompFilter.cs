using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Platform.Budgets;

namespace Platform.Sandbox.Bubblewrap;

/// <summary>
/// The system call filter: a classic BPF program (linux/seccomp.h) that lets ordinary programs run and answers "not
/// permitted" to what reaches the kernel's rarely trodden paths: tracing, mounting, loading code into the kernel, keys,
/// new namespaces, io_uring, and every socket that is not a unix socket.
/// </summary>
[DataTable("System call numbers per architecture.")]
internal static class SeccompFilter
{
    private const uint Load = 0x20;
    private const uint JumpIfEqual = 0x15;
    private const uint JumpIfAnySet = 0x45;
    private const uint Return = 0x06;
    private const uint Allow = 0x7FFF0000;
    private const uint NotPermitted = 0x00050001;
    private const uint NoSuchCall = 0x00050026;
    private const uint KillProcess = 0x80000000;
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint FirstArgumentOffset = 16;
    private const uint UnixSocket = 1;
    private const uint NamespaceFlags = 0x7E020000;

    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    // ptrace, mount, umount2, pivot_root, chroot, setns, unshare, bpf, keyctl, add_key, request_key, userfaultfd,
    // perf_event_open, io_uring_setup/enter/register, kexec_load, kexec_file_load, init_module, finit_module,
    // delete_module, reboot, swapon, swapoff, acct, quotactl, open_by_handle_at, name_to_handle_at,
    // process_vm_readv, process_vm_writev, process_madvise, move_pages, kcmp, mount_setattr, open_tree, move_mount,
    // fsopen, fsconfig, fsmount, fspick, syslog, personality, sethostname, setdomainname, settimeofday, clock_settime,
    // clock_adjtime, adjtimex, lookup_dcookie, vhangup, nfsservctl
    private static readonly uint[] s_deniedX64 =
    [
        101, 165, 166, 155, 161, 308, 272, 321, 250, 248, 249, 323, 298, 425, 426, 427, 246, 320, 175, 313, 176, 169, 167, 168, 163, 179, 304, 303,
        310, 311, 440, 279, 312, 442, 428, 429, 430, 431, 432, 433, 103, 135, 170, 171, 164, 227, 305, 159, 212, 153, 180,
    ];

    private static readonly uint[] s_deniedArm64 =
    [
        117, 40, 39, 41, 51, 268, 97, 280, 219, 217, 218, 282, 241, 425, 426, 427, 104, 294, 105, 273, 106, 142, 224, 225, 89, 60, 265, 264,
        270, 271, 440, 239, 272, 442, 428, 429, 430, 431, 432, 433, 116, 92, 161, 162, 170, 112, 266, 171, 18, 58, 42,
    ];

    /// <summary>A file that holds the filter, written once by each process.</summary>
    public static string File { get; } = Write();

    private static uint Clone => s_isArm ? 220u : 56u;

    private static uint Clone3 => 435;

    private static uint Socket => s_isArm ? 198u : 41u;

    private static uint AuditArchitecture => s_isArm ? 0xC00000B7 : 0xC000003E;

    internal static byte[] Build()
    {
        var program = new List<(uint Code, byte Yes, byte No, uint Value)>
        {
            (Load, 0, 0, ArchitectureOffset),
            (JumpIfEqual, 1, 0, AuditArchitecture),
            (Return, 0, 0, KillProcess),
            (Load, 0, 0, NumberOffset),
        };
        if (!s_isArm)
        {
            // The x32 calls of this architecture have bit 30 set: a second door to the same calls.
            program.Add((JumpIfAnySet, 0, 1, 1u << 30));
            program.Add((Return, 0, 0, KillProcess));
        }

        foreach (uint call in s_isArm ? s_deniedArm64 : s_deniedX64)
        {
            program.Add((JumpIfEqual, 0, 1, call));
            program.Add((Return, 0, 0, NotPermitted));
        }

        // glibc falls back to clone, whose flags can be looked at.
        program.Add((JumpIfEqual, 0, 1, Clone3));
        program.Add((Return, 0, 0, NoSuchCall));
        program.Add((JumpIfEqual, 0, 3, Clone));
        program.Add((Load, 0, 0, FirstArgumentOffset));
        program.Add((JumpIfAnySet, 0, 5, NamespaceFlags));
        program.Add((Return, 0, 0, NotPermitted));
        program.Add((JumpIfEqual, 0, 3, Socket));
        program.Add((Load, 0, 0, FirstArgumentOffset));
        program.Add((JumpIfEqual, 1, 0, UnixSocket));
        program.Add((Return, 0, 0, NotPermitted));
        program.Add((Return, 0, 0, Allow));
        return Encode(program);
    }

    private static byte[] Encode(List<(uint Code, byte Yes, byte No, uint Value)> program)
    {
        var bytes = new byte[program.Count * 8];
        for (int i = 0; i < program.Count; i++)
        {
            var instruction = bytes.AsSpan(i * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(instruction, (ushort)program[i].Code);
            instruction[2] = program[i].Yes;
            instruction[3] = program[i].No;
            BinaryPrimitives.WriteUInt32LittleEndian(instruction[4..], program[i].Value);
        }

        return bytes;
    }

    private static string Write()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hub-seccomp-{Environment.ProcessId}-{Environment.UserName}.bpf");
        System.IO.File.WriteAllBytes(path, Build());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.File.Delete(path);
        return path;
    }
}
