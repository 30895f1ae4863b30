using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onnx.Tflite.Schema;
using Runner.Model.Measuring;
using Runner.Model.Runtimes;

namespace Runner.Model.Tflite;

/// <summary>
/// Times each node of a TensorFlow Lite 2.9.0 graph. That version's C API has no profiler, so a delegate that takes no node walks the
/// execution plan when the graph is prepared and puts a timing function around each node's invoke. The offsets are that version's
/// inner layout; other versions are refused.
/// </summary>
internal static unsafe class NodeTimer
{
    private const string KnownVersion = "2.9.0";
    private static readonly nint s_wrapper = (nint)(delegate* unmanaged[Cdecl]<TfliteContext*, TfliteNode*, int>)&TimedInvoke;
    private static readonly List<TimedNode> s_nodes = [];
    private static readonly Dictionary<nint, TimedNode> s_byNode = [];

    /// <summary>What the invocations since the last call took, in execution order.</summary>
    public static IReadOnlyList<OperatorTime> Take()
    {
        double tick = 1e6 / Stopwatch.Frequency;
        var times = s_nodes.ConvertAll(node => new OperatorTime(node.Name, node.Type, node.Delegate, "CPU", node.Ticks * tick));
        s_nodes.ForEach(node => node.Ticks = 0);
        return times;
    }

    public static void RequireKnownLayout(TfliteLibrary library)
    {
        if (library.Version != KnownVersion || !Environment.Is64BitProcess)
        {
            throw new RunnerException("RUNTIME_MISSING", $"per-operator times need TensorFlow Lite {KnownVersion} in a 64-bit process; this is {library.Version}");
        }
    }

    /// <summary>A TfLiteDelegate whose Prepare is ours; it lives as long as the process.</summary>
    public static nint CreateDelegate()
    {
        var created = (TfliteDelegate*)NativeMemory.AllocZeroed((nuint)sizeof(TfliteDelegate));
        created->Prepare = &Prepare;
        created->Flags = 1; // kTfLiteDelegateFlagsAllowDynamicTensors
        return (nint)created;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Prepare(TfliteContext* context, TfliteDelegate* self)
    {
        IntArray* plan;
        if (context->GetExecutionPlan(context, &plan) != 0)
        {
            return 1;
        }

        s_nodes.Clear();
        for (int i = 0; i < plan->Size; i++)
        {
            TfliteNode* node;
            TfliteRegistration* registration;
            if (context->GetNodeAndRegistration(context, plan->At(i), &node, &registration) != 0)
            {
                return 1;
            }

            Wrap(context, node, registration);
        }

        return 0;
    }

    private static void Wrap(TfliteContext* context, TfliteNode* node, TfliteRegistration* registration)
    {
        // Prepared again, after a resize: the wrapper is there already.
        if ((nint)registration->Invoke == s_wrapper)
        {
            s_nodes.Add(s_byNode[(nint)node]);
            return;
        }

        string custom = Marshal.PtrToStringUTF8(registration->CustomName) ?? "";
        bool delegated = node->Delegate != 0;
        var timed = new TimedNode(
            OutputName(context, node),
            custom.Length > 0 ? custom : OperatorNames.OfNumber(registration->BuiltinCode),
            delegated ? "XNNPACK" : "",
            registration->Invoke);
        s_nodes.Add(timed);
        s_byNode[(nint)node] = timed;
        registration->Invoke = (delegate* unmanaged[Cdecl]<TfliteContext*, TfliteNode*, int>)s_wrapper;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int TimedInvoke(TfliteContext* context, TfliteNode* node)
    {
        var timed = s_byNode[(nint)node];
        long began = Stopwatch.GetTimestamp();
        int status = timed.Invoke(context, node);
        timed.Ticks += Stopwatch.GetTimestamp() - began;
        return status;
    }

    private static string OutputName(TfliteContext* context, TfliteNode* node)
    {
        if (node->Outputs->Size == 0)
        {
            return "";
        }

        nint name = *(nint*)(context->Tensors + (node->Outputs->At(0) * TfliteContext.TensorSize) + TfliteContext.TensorName);
        return Marshal.PtrToStringUTF8(name) ?? "";
    }

    private sealed class TimedNode(string name, string type, string accelerator, delegate* unmanaged[Cdecl]<TfliteContext*, TfliteNode*, int> invoke)
    {
        public string Name { get; } = name;

        public string Type { get; } = type;

        public string Delegate { get; } = accelerator;

        public delegate* unmanaged[Cdecl]<TfliteContext*, TfliteNode*, int> Invoke { get; } = invoke;

        public long Ticks { get; set; }
    }
}
