using System.Runtime.InteropServices;

namespace Runner.Model.Tflite;

/// <summary>Parts of TfLiteContext of 2.9.0, on 64-bit machines.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct TfliteContext
{
    /// <summary>Size of a TfLiteTensor.</summary>
    public const int TensorSize = 112;

    /// <summary>Offset of the name in a TfLiteTensor.</summary>
    public const int TensorName = 56;

    [FieldOffset(8)]
    public delegate* unmanaged[Cdecl]<TfliteContext*, IntArray**, int> GetExecutionPlan;

    [FieldOffset(16)]
    public byte* Tensors;

    [FieldOffset(56)]
    public delegate* unmanaged[Cdecl]<TfliteContext*, int, TfliteNode**, TfliteRegistration**, int> GetNodeAndRegistration;
}

/// <summary>TfLiteIntArray: a count, then the numbers.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IntArray
{
    public int Size;
    private int _first;

    public int At(int index)
    {
        fixed (int* first = &_first)
        {
            return first[index];
        }
    }
}

/// <summary>Parts of TfLiteNode of 2.9.0.</summary>
[StructLayout(LayoutKind.Explicit, Size = 80)]
internal unsafe struct TfliteNode
{
    [FieldOffset(8)]
    public IntArray* Outputs;

    /// <summary>The delegate that took the node; 0 for the runtime's own kernels.</summary>
    [FieldOffset(64)]
    public nint Delegate;
}

/// <summary>Parts of TfLiteRegistration of 2.9.0.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct TfliteRegistration
{
    [FieldOffset(24)]
    public delegate* unmanaged[Cdecl]<TfliteContext*, TfliteNode*, int> Invoke;

    [FieldOffset(40)]
    public int BuiltinCode;

    [FieldOffset(48)]
    public nint CustomName;
}

/// <summary>TfLiteDelegate of 2.9.0.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal unsafe struct TfliteDelegate
{
    [FieldOffset(8)]
    public delegate* unmanaged[Cdecl]<TfliteContext*, TfliteDelegate*, int> Prepare;

    [FieldOffset(40)]
    public long Flags;
}
