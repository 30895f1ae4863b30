using Platform.Contracts.Hub.V1;
using Platform.Toolchains;

namespace Platform.Gateway;

/// <summary>Model types of the contracts and model forms of the toolchains are the same list under two names.</summary>
internal static class ModelTypes
{
    public static ModelForm FormOf(ModelType type) => (ModelForm)(int)type;

    public static ModelType TypeOf(ModelForm form) => (ModelType)(int)form;

    public static ModelType Parse(string name) => Enum.TryParse<ModelType>(name, out var type) ? type : ModelType.Unspecified;
}
