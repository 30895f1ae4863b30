using Platform.Budgets;

namespace Onnx.Tflite.Schema;

/// <summary>Operators of TensorFlow Lite that the converter writes; numbers of schema.fbs (BuiltinOperator).</summary>
[DataTable("Numbers of the file format.")]
internal enum BuiltinOperator
{
    /// <summary>The error function: no builtin; it is matched into GELU or written out before the file is made.</summary>
    PseudoErf = -1,
    /// <summary>ADD</summary>
    Add = 0,
    /// <summary>AVERAGE_POOL_2D</summary>
    AveragePool2d = 1,
    /// <summary>CONCATENATION</summary>
    Concatenation = 2,
    /// <summary>CONV_2D</summary>
    Conv2d = 3,
    /// <summary>DEPTHWISE_CONV_2D</summary>
    DepthwiseConv2d = 4,
    /// <summary>DEPTH_TO_SPACE</summary>
    DepthToSpace = 5,
    /// <summary>DEQUANTIZE</summary>
    Dequantize = 6,
    /// <summary>EMBEDDING_LOOKUP</summary>
    EmbeddingLookup = 7,
    /// <summary>FLOOR</summary>
    Floor = 8,
    /// <summary>FULLY_CONNECTED</summary>
    FullyConnected = 9,
    /// <summary>L2_NORMALIZATION</summary>
    L2Normalization = 11,
    /// <summary>L2_POOL_2D</summary>
    L2Pool2d = 12,
    /// <summary>LOCAL_RESPONSE_NORMALIZATION</summary>
    LocalResponseNormalization = 13,
    /// <summary>LOGISTIC</summary>
    Logistic = 14,
    /// <summary>MAX_POOL_2D</summary>
    MaxPool2d = 17,
    /// <summary>MUL</summary>
    Mul = 18,
    /// <summary>RELU</summary>
    Relu = 19,
    /// <summary>RELU_N1_TO_1</summary>
    ReluN1To1 = 20,
    /// <summary>RELU6</summary>
    Relu6 = 21,
    /// <summary>RESHAPE</summary>
    Reshape = 22,
    /// <summary>RESIZE_BILINEAR</summary>
    ResizeBilinear = 23,
    /// <summary>SOFTMAX</summary>
    Softmax = 25,
    /// <summary>SPACE_TO_DEPTH</summary>
    SpaceToDepth = 26,
    /// <summary>TANH</summary>
    Tanh = 28,
    /// <summary>PAD</summary>
    Pad = 34,
    /// <summary>GATHER</summary>
    Gather = 36,
    /// <summary>TRANSPOSE</summary>
    Transpose = 39,
    /// <summary>MEAN</summary>
    Mean = 40,
    /// <summary>SUB</summary>
    Sub = 41,
    /// <summary>DIV</summary>
    Div = 42,
    /// <summary>STRIDED_SLICE</summary>
    StridedSlice = 45,
    /// <summary>EXP</summary>
    Exp = 47,
    /// <summary>TOPK_V2</summary>
    TopkV2 = 48,
    /// <summary>SPLIT</summary>
    Split = 49,
    /// <summary>LOG_SOFTMAX</summary>
    LogSoftmax = 50,
    /// <summary>CAST</summary>
    Cast = 53,
    /// <summary>PRELU</summary>
    Prelu = 54,
    /// <summary>MAXIMUM</summary>
    Maximum = 55,
    /// <summary>ARG_MAX</summary>
    ArgMax = 56,
    /// <summary>MINIMUM</summary>
    Minimum = 57,
    /// <summary>LESS</summary>
    Less = 58,
    /// <summary>NEG</summary>
    Neg = 59,
    /// <summary>PADV2</summary>
    Padv2 = 60,
    /// <summary>GREATER</summary>
    Greater = 61,
    /// <summary>GREATER_EQUAL</summary>
    GreaterEqual = 62,
    /// <summary>LESS_EQUAL</summary>
    LessEqual = 63,
    /// <summary>SLICE</summary>
    Slice = 65,
    /// <summary>SIN</summary>
    Sin = 66,
    /// <summary>TRANSPOSE_CONV</summary>
    TransposeConv = 67,
    /// <summary>TILE</summary>
    Tile = 69,
    /// <summary>EQUAL</summary>
    Equal = 71,
    /// <summary>NOT_EQUAL</summary>
    NotEqual = 72,
    /// <summary>LOG</summary>
    Log = 73,
    /// <summary>SUM</summary>
    Sum = 74,
    /// <summary>SQRT</summary>
    Sqrt = 75,
    /// <summary>RSQRT</summary>
    Rsqrt = 76,
    /// <summary>SHAPE</summary>
    Shape = 77,
    /// <summary>POW</summary>
    Pow = 78,
    /// <summary>ARG_MIN</summary>
    ArgMin = 79,
    /// <summary>REDUCE_PROD</summary>
    ReduceProd = 81,
    /// <summary>REDUCE_MAX</summary>
    ReduceMax = 82,
    /// <summary>LOGICAL_OR</summary>
    LogicalOr = 84,
    /// <summary>ONE_HOT</summary>
    OneHot = 85,
    /// <summary>LOGICAL_AND</summary>
    LogicalAnd = 86,
    /// <summary>LOGICAL_NOT</summary>
    LogicalNot = 87,
    /// <summary>REDUCE_MIN</summary>
    ReduceMin = 89,
    /// <summary>FLOOR_DIV</summary>
    FloorDiv = 90,
    /// <summary>REDUCE_ANY</summary>
    ReduceAny = 91,
    /// <summary>SQUARE</summary>
    Square = 92,
    /// <summary>FILL</summary>
    Fill = 94,
    /// <summary>FLOOR_MOD</summary>
    FloorMod = 95,
    /// <summary>RANGE</summary>
    Range = 96,
    /// <summary>RESIZE_NEAREST_NEIGHBOR</summary>
    ResizeNearestNeighbor = 97,
    /// <summary>LEAKY_RELU</summary>
    LeakyRelu = 98,
    /// <summary>SQUARED_DIFFERENCE</summary>
    SquaredDifference = 99,
    /// <summary>MIRROR_PAD</summary>
    MirrorPad = 100,
    /// <summary>ABS</summary>
    Abs = 101,
    /// <summary>SPLIT_V</summary>
    SplitV = 102,
    /// <summary>UNIQUE</summary>
    Unique = 103,
    /// <summary>CEIL</summary>
    Ceil = 104,
    /// <summary>REVERSE_V2</summary>
    ReverseV2 = 105,
    /// <summary>GATHER_ND</summary>
    GatherNd = 107,
    /// <summary>COS</summary>
    Cos = 108,
    /// <summary>WHERE</summary>
    Where = 109,
    /// <summary>ELU</summary>
    Elu = 111,
    /// <summary>REVERSE_SEQUENCE</summary>
    ReverseSequence = 112,
    /// <summary>QUANTIZE</summary>
    Quantize = 114,
    /// <summary>ROUND</summary>
    Round = 116,
    /// <summary>HARD_SWISH</summary>
    HardSwish = 117,
    /// <summary>IF</summary>
    If = 118,
    /// <summary>WHILE</summary>
    While = 119,
    /// <summary>NON_MAX_SUPPRESSION_V4</summary>
    NonMaxSuppressionV4 = 120,
    /// <summary>NON_MAX_SUPPRESSION_V5</summary>
    NonMaxSuppressionV5 = 121,
    /// <summary>SCATTER_ND</summary>
    ScatterNd = 122,
    /// <summary>SELECT_V2</summary>
    SelectV2 = 123,
    /// <summary>BATCH_MATMUL</summary>
    BatchMatmul = 126,
    /// <summary>CUMSUM</summary>
    Cumsum = 128,
    /// <summary>BROADCAST_TO</summary>
    BroadcastTo = 130,
    /// <summary>CONV_3D</summary>
    Conv3d = 132,
    /// <summary>REDUCE_ALL</summary>
    ReduceAll = 140,
    /// <summary>GELU</summary>
    Gelu = 150,
    /// <summary>DYNAMIC_UPDATE_SLICE</summary>
    DynamicUpdateSlice = 151,
    /// <summary>RELU_0_TO_1</summary>
    Relu0To1 = 152,
    /// <summary>ATAN2</summary>
    Atan2 = 156,
    /// <summary>SIGN</summary>
    Sign = 158,
    /// <summary>BITCAST</summary>
    Bitcast = 159,
    /// <summary>BITWISE_XOR</summary>
    BitwiseXor = 160,
    /// <summary>RIGHT_SHIFT</summary>
    RightShift = 161,
    /// <summary>STABLEHLO_ADD</summary>
    StablehloAdd = 163,
    /// <summary>STABLEHLO_MULTIPLY</summary>
    StablehloMultiply = 165,
    /// <summary>STABLEHLO_MAXIMUM</summary>
    StablehloMaximum = 166,
    /// <summary>STABLEHLO_AND</summary>
    StablehloAnd = 176,
    /// <summary>STABLEHLO_MINIMUM</summary>
    StablehloMinimum = 181,
}
