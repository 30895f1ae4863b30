using System.Runtime.InteropServices;
using System.Text;
using Platform.Contracts.Runner.V1;

namespace Runner.Model.LiteRt;

/// <summary>Options of a compiled model: CPU, threads, kernels, messages kept for us instead of printed.</summary>
internal static unsafe class CompileOptions
{
    private const int Cpu = 1;

    public static nint Create(LiteRtLibrary library, Settings settings, bool profiled)
    {
        nint options;
        LiteRtLibrary.Check(library.CreateOptions(&options), "MODEL_LOAD_FAILED", "LiteRT gives no options");
        LiteRtLibrary.Check(library.SetOptionsHardwareAccelerators(options, Cpu), "MODEL_LOAD_FAILED", "LiteRT has no CPU accelerator");
        Add(library, options, "runtime_options_string", "error_reporter_mode = 2\n" + (profiled ? "enable_profiling = true\n" : ""));
        var cpu = new StringBuilder();
        if (settings.Threads > 0)
        {
            cpu.Append(System.Globalization.CultureInfo.InvariantCulture, $"num_threads = {settings.Threads}\n");
        }

        if (settings.Options.TryGetValue("kernel_mode", out string? mode))
        {
            cpu.Append(System.Globalization.CultureInfo.InvariantCulture, $"kernel_mode = \"{mode}\"\n");
        }

        if (cpu.Length > 0)
        {
            Add(library, options, "xnnpack", cpu.ToString());
        }

        return options;
    }

    private static void Add(LiteRtLibrary library, nint options, string identifier, string payload)
    {
        byte* name = (byte*)Marshal.StringToCoTaskMemUTF8(identifier);
        nint opaque;
        LiteRtLibrary.Check(
            library.CreateOpaqueOptions(name, (void*)Marshal.StringToCoTaskMemUTF8(payload), &Free, &opaque), "MODEL_LOAD_FAILED", $"LiteRT does not take the options {identifier}");
        LiteRtLibrary.Check(library.AddOpaqueOptions(options, opaque), "MODEL_LOAD_FAILED", $"LiteRT does not take the options {identifier}");
    }

    [UnmanagedCallersOnly]
    private static void Free(void* payload) => Marshal.FreeCoTaskMem((nint)payload);
}
