import Foundation
import Graft

/// A model under comparison.
struct Subject {
  let model: any Module
  let report: LoadReport
  /// The output for a batch.
  let output: (Inputs, String) -> Variable
  /// The outputs of auxiliary heads, which take part in training.
  var auxiliaryOutputs: ((Inputs, String) -> (output: Variable, auxiliary: Variable))?
  /// Writes the model to a folder as a user would.
  let save: (URL) throws -> Void
  /// Its names and layouts in those of the published files.
  let saving: KeyMapping

  init(_ request: Request) throws {
    let words = request.model.split(separator: " ").map(String.init)
    let (family, member) = (words[0], words.count > 1 ? words[1] : "")
    switch family {
    case "bert", "gpt2": self = try Subject(text: family, head: member, request)
    case "lstm": self = try Subject(lstm: request)
    case "gru": self = try Subject(gru: request)
    default: self = try Subject(images: family, member: member, request)
    }
  }

  /// A model that is saved as a file of weights alone.
  init(
    _ model: any Module, from request: Request, mapping: KeyMapping = .identity,
    output: @escaping (Inputs, String) -> Variable
  ) throws {
    self.model = model
    report = try model.load(request.checkpoint(), mapping: mapping)
    self.output = output
    save = { folder in
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try model.save(to: folder.appendingPathComponent("model.safetensors"))
    }
    saving = .identity
  }

  /// The loss of a training step: the cross entropy of the output, and 0.4 times that of an auxiliary head's.
  func loss(_ inputs: Inputs, _ batch: String) -> Variable {
    let labels = inputs.labels(batch)
    guard let auxiliaryOutputs else {
      return softmaxCrossEntropy(output(inputs, batch), labels, ignoring: -100)
    }
    let (output, auxiliary) = auxiliaryOutputs(inputs, batch)
    return softmaxCrossEntropy(output, labels) + 0.4 * softmaxCrossEntropy(auxiliary, labels)
  }

  /// A model of text that the transformers package has too.
  init<Model: TextModel & PublishedModel>(_ loaded: (model: Model, report: LoadReport)) {
    model = loaded.model
    report = loaded.report
    output = { loaded.model($0.tokens($1)) }
    save = { try loaded.model.savePublished(to: $0) }
    saving = loaded.model.publishedMapping
  }
}
