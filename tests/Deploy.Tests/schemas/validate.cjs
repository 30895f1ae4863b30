// Reads a JSON array of documents from the file argv[2] and prints one line for each fault: "INDEX PATH MESSAGE".
// A document with apiVersion is held against Kubernetes' (or KEDA's) schema of its kind, any other against the Compose specification.
const fs = require("fs");
const path = require("path");
const modules = path.join(process.cwd(), "node_modules");
const load = (name) => require(path.join(modules, name));

function validatorOf(document) {
  if (!document.apiVersion) {
    const ajv = new (load("ajv").default)({ strict: false, allErrors: true });
    const schema = JSON.parse(fs.readFileSync(path.join(modules, "dclint/schemas/compose.schema.json"), "utf8"));
    delete schema.$schema;
    return ajv.compile(schema);
  }
  const [group, version] = document.apiVersion.includes("/") ? document.apiVersion.split("/") : ["", document.apiVersion];
  if (group === "keda.sh") {
    return load("@kubernetes-models/keda/_schemas/KedaShV1alpha1" + document.kind + ".js").validate;
  }
  const camel = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const name = group === "" ? "Core" : camel(group.split(".")[0]);
  return load("kubernetes-models/_schemas/IoK8sApi" + name + camel(version) + document.kind + ".js").validate;
}

JSON.parse(fs.readFileSync(process.argv[2], "utf8")).forEach((document, index) => {
  let validate;
  try {
    validate = validatorOf(document);
  } catch (error) {
    console.log(`${index} / no schema of ${document.apiVersion} ${document.kind}: ${error.message.split("\n")[0]}`);
    return;
  }
  if (!validate(document)) {
    for (const fault of validate.errors) console.log(`${index} ${fault.instancePath || "/"} ${fault.message || fault.keyword} ${JSON.stringify(fault.params)}`);
  }
});
