using System.Globalization;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.Options;

/// <summary>Checks an option string against the table; reports every fault at once.</summary>
public static class OptionParser
{
    /// <summary>Parses the options of a job.</summary>
    /// <param name="text">The option string; kept verbatim in the result.</param>
    /// <param name="direct">Options given outside the string; they win over it.</param>
    /// <param name="job">The job type.</param>
    /// <param name="refusals">Receives OPTION_* refusals.</param>
    public static OptionSet Parse(string text, IReadOnlyDictionary<string, string> direct, JobKinds job, ICollection<Refusal> refusals)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in OptionSyntax.Parse(text, refusals))
        {
            if (!given.TryAdd(name, value ?? "true"))
            {
                refusals.Add(new Refusal(FailureCode.OptionConflict, $"--{name} is given twice", Subject: name));
            }
        }

        foreach (var (name, value) in direct)
        {
            given[name] = value;
        }

        foreach (var (name, value) in given.ToList())
        {
            given[name] = Check(name, value, job, refusals);
        }

        CheckTarget(given, refusals);
        return new OptionSet(text, given);
    }

    private static string Check(string name, string value, JobKinds job, ICollection<Refusal> refusals)
    {
        var option = OptionTable.Find(name);
        if (option is null)
        {
            string nearest = string.Join(", ", Nearest.Names(name, OptionTable.All.Select(row => "--" + row.Name), 3));
            refusals.Add(new Refusal(FailureCode.OptionUnknown, $"there is no option --{name}; the nearest are {nearest}", Subject: name));
            return value;
        }

        if ((option.Jobs & job) == 0)
        {
            refusals.Add(new Refusal(
                FailureCode.OptionWrongJob, $"--{name} belongs to {Words(option.Jobs)} jobs, not to {Words(job)} jobs", Subject: name));
            return value;
        }

        return CheckValue(option, value, refusals);
    }

    private static string CheckValue(OptionDefinition option, string value, ICollection<Refusal> refusals)
    {
        string normalized = option.Kind == OptionKind.Flag ? value.ToLowerInvariant() : value;
        bool valid = option.Kind switch
        {
            OptionKind.Flag => normalized is "true" or "false",
            OptionKind.Int => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole) && InRange(option, whole),
            OptionKind.Number => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && InRange(option, number),
            OptionKind.Choice => option.Values.Contains(value),
            OptionKind.Choices => value.Split(',').All(part => option.Values.Contains(part.Trim())),
            OptionKind.Names => value.Split(',').All(part => part.Trim().Length > 0),
            OptionKind.Nested => NestedIsValid(option, value, refusals),
            _ => value.Length > 0,
        };
        if (!valid)
        {
            refusals.Add(new Refusal(FailureCode.OptionValueInvalid, $"--{option.Name} cannot be '{value}': {Expected(option)}", Subject: option.Name));
        }

        return normalized;
    }

    private static bool NestedIsValid(OptionDefinition option, string value, ICollection<Refusal> refusals)
    {
        foreach (var (key, _) in OptionSyntax.ParseNested(option.Name, value, refusals))
        {
            if (option.Values.Count > 0 && !option.Values.Contains(key))
            {
                string nearest = string.Join(", ", Nearest.Names(key, option.Values, 3));
                refusals.Add(new Refusal(FailureCode.OptionUnknown, $"--{option.Name} has no key {key}; the nearest are {nearest}", Subject: key));
            }
        }

        return true;
    }

    private static void CheckTarget(Dictionary<string, string> given, ICollection<Refusal> refusals)
    {
        if (!given.TryGetValue("target_runtime", out string? target))
        {
            return;
        }

        foreach (string name in given.Keys)
        {
            var targets = OptionTable.Find(name)?.Targets ?? [];
            if (targets.Count > 0 && !targets.Contains(target))
            {
                refusals.Add(new Refusal(FailureCode.OptionWrongJob, $"--{name} does not apply to --target_runtime {target}", Subject: name));
            }
        }
    }

    private static bool InRange(OptionDefinition option, double value) => value >= option.Minimum && value <= option.Maximum;

    private static string Expected(OptionDefinition option) => option.Kind switch
    {
        OptionKind.Flag => "true or false",
        OptionKind.Int or OptionKind.Number => string.Create(CultureInfo.InvariantCulture, $"a number from {option.Minimum} to {option.Maximum}"),
        OptionKind.Choice => "one of " + string.Join(", ", option.Values),
        OptionKind.Choices => "a comma list of " + string.Join(", ", option.Values),
        OptionKind.Names => "a comma list of names",
        _ => "a text",
    };

    private static string Words(JobKinds jobs) => jobs.ToString().ToLowerInvariant();
}
