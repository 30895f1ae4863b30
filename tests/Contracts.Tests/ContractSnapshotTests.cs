using System.Reflection;
using System.Text;
using Google.Protobuf.Reflection;
using Platform.Contracts.Hub.V1;
using TestKit;

namespace Contracts.Tests;

/// <summary>Field numbers and message properties are promises to programs that are already out there.</summary>
public sealed class ContractSnapshotTests
{
    [Fact]
    public void Protos_MatchTheSnapshot() => Snapshot.Match(DescribeProtos(), "tests", "Contracts.Tests", "protos.snapshot.txt");

    [Fact]
    public void BusMessages_MatchTheSnapshot() => Snapshot.Match(DescribeMessages(), "tests", "Contracts.Tests", "messages.snapshot.txt");

    [Fact]
    public void FailureCodes_AllHaveTraits()
    {
        var values = FailuresReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(FailureCode)).Values.Where(value => value.Number != 0);
        Assert.All(values, value =>
        {
            var traits = value.GetOptions()?.GetExtension(FailuresExtensions.Traits);
            Assert.NotNull(traits);
            Assert.NotEqual(Blame.Unspecified, traits.Blame);
            Assert.NotEmpty(traits.Meaning);
            Assert.NotEmpty(traits.Advice);
        });
    }

    private static IEnumerable<FileDescriptor> Files() => typeof(FailureCode).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<FileDescriptor>()
        .OrderBy(file => file.Name, StringComparer.Ordinal);

    private static string DescribeProtos()
    {
        var text = new StringBuilder();
        foreach (var file in Files())
        {
            foreach (var message in file.MessageTypes.OrderBy(message => message.FullName, StringComparer.Ordinal))
            {
                Describe(text, message);
            }

            foreach (var type in file.EnumTypes.OrderBy(type => type.FullName, StringComparer.Ordinal))
            {
                text.Append($"enum {type.FullName}: {string.Join(", ", type.Values.Select(value => $"{value.Name}={value.Number}"))}\n");
            }

            foreach (var service in file.Services)
            {
                foreach (var method in service.Methods)
                {
                    text.Append($"rpc {service.FullName}/{method.Name}({method.InputType.FullName}) -> {(method.IsServerStreaming ? "stream " : "")}{method.OutputType.FullName} {method.GetOptions()?.GetExtension(RestExtensions.Rest)?.Route}\n");
                }
            }
        }

        return text.ToString();
    }

    private static void Describe(StringBuilder text, MessageDescriptor message)
    {
        text.Append($"message {message.FullName}\n");
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            string type = field.FieldType switch
            {
                FieldType.Message => field.MessageType.FullName,
                FieldType.Enum => field.EnumType.FullName,
                _ => field.FieldType.ToString(),
            };
            string label = field.IsMap ? "map " : field.IsRepeated ? "repeated " : field.RealContainingOneof is null ? "" : $"oneof {field.RealContainingOneof.Name} ";
            text.Append($"  {field.FieldNumber} {label}{type} {field.Name}\n");
        }
    }

    private static string DescribeMessages() => string.Concat(typeof(FailureCode).Assembly.GetTypes()
        .Where(type => type.Namespace == "Platform.Contracts.Messages" && type.IsPublic).OrderBy(type => type.Name, StringComparer.Ordinal)
        .Select(type => $"{type.FullName}({string.Join(", ", type.GetProperties().Select(property => $"{property.PropertyType.Name} {property.Name}"))})\n"));
}
