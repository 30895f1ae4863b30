using Xunit.Sdk;
using Xunit.v3;

namespace Platform.Chaos.Tests;

/// <summary>Scenarios of one stage follow each other, so that a farm is started once.</summary>
public sealed class ByNumber : ITestCaseOrderer
{
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(test => StageOf(Number(test))).ThenBy(test => Number(test))];

    private static int Number(ITestCase test) => test is IXunitTestCase && test.TestCaseDisplayName.Split("number: ") is [_, var rest] && int.TryParse(rest.Split(',')[0], out int number) ? number : 0;

    private static Stage StageOf(int number) => Scenarios.All.FirstOrDefault(scenario => scenario.Number == number)?.Stage ?? Stage.Own;
}
