using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Runner.Model.LiteRt;

/// <summary>LiteRtLayout: the low 7 bits of the first word are the rank.</summary>
[StructLayout(LayoutKind.Sequential, Size = 68)]
internal struct TensorLayout
{
    private uint _rankAndFlags;
    private EightInts _dimensions;

    public long[] Dims
    {
        readonly get
        {
            var dims = new long[_rankAndFlags & 0x7F];
            for (int i = 0; i < dims.Length; i++)
            {
                dims[i] = _dimensions[i];
            }

            return dims;
        }

        set
        {
            _rankAndFlags = (uint)value.Length;
            for (int i = 0; i < value.Length; i++)
            {
                _dimensions[i] = (int)value[i];
            }
        }
    }
}

[InlineArray(8)]
internal struct EightInts
{
    private int _first;
}

/// <summary>LiteRtRankedTensorType.</summary>
[StructLayout(LayoutKind.Sequential, Size = 72)]
internal struct RankedTensorType
{
    public int ElementType;
    public TensorLayout Layout;
}

/// <summary>LiteRtQuantizationPerTensor.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct PerTensorQuantization
{
    public float Scale;
    public long ZeroPoint;
}
