using Platform.Contracts.Hub.V1;

namespace Runner.QnnStep;

/// <summary>The work cannot be done, and this program itself knows why.</summary>
internal sealed class QnnStepException(IReadOnlyList<FailureDetail> refusals) : Exception(refusals[0].Message)
{
    public QnnStepException(FailureCode code, string message, string subject = "")
        : this([new FailureDetail { Code = code, Message = message, Subject = subject }])
    {
    }

    public IReadOnlyList<FailureDetail> Refusals { get; } = refusals;
}
