using Platform.Contracts.Hub.V1;
using Platform.Toolchains;
using Platform.Toolchains.Qnn;

namespace Platform.Gateway.Submission;

/// <summary>What is found out about a submission while it is checked.</summary>
internal sealed class SubmissionDraft
{
    /// <summary>Every fault; the first one's code becomes the refusal's.</summary>
    public List<Refusal> Refusals { get; } = [];

    /// <summary>What the user should know though nothing is refused, each once.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Jobs that have to succeed first.</summary>
    public List<string> Upstream { get; } = [];

    /// <summary>Chips that a QNN product is for.</summary>
    public List<Soc> Socs { get; } = [];

    public void Warn(string message)
    {
        if (!Warnings.Contains(message))
        {
            Warnings.Add(message);
        }
    }

    public void Refuse(FailureCode code, string message, string? subject = null) => Refusals.Add(new Refusal(code, message, Subject: subject));
}
