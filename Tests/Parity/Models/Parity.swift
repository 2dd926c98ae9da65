import Foundation
import Graft

/// The Swift side of `Tests/Parity/run`: does what the `request.json` of each folder asks for.
///
/// Loads weights, computes the outputs for the batches in `inputs.safetensors`, and writes them to `outputs.safetensors`; if that is asked
/// for, a training step's gradients and statistics to `gradients.safetensors`, and the model as Graft saves it to the folder `saved`.
@main
struct Parity {
  static func main() {
    let folders = CommandLine.arguments.dropFirst()
    guard let first = folders.first, first != "--help", first != "-h" else {
      print(
        "USAGE: parity FOLDER...\n\nNot for use by hand: Tests/Parity/run makes the folders and reads the results."
      )
      return
    }
    do {
      for folder in folders { try answer(URL(fileURLWithPath: folder)) }
    } catch {
      FileHandle.standardError.write(Data("parity: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func answer(_ folder: URL) throws {
    let request = try Request(folder)
    let subject = try Subject(request)
    let inputs = try Inputs(request)
    var outputs: [(String, AnyTensor)] = []
    for name in request.batches {
      let output = withoutRecording { subject.output(inputs, name) }
      outputs.append(("\(name).output", AnyTensor(output.value.owned())))
    }
    try SafetensorsFile.write(
      outputs,
      metadata: [
        "parameters": String(subject.model.parameterCount), "report": String(describing: subject.report),
      ],
      to: folder.appendingPathComponent("outputs.safetensors"))
    if request.saves == true { try subject.save(folder.appendingPathComponent("saved")) }
    if let batch = request.gradientBatch {
      try Checkpoint(trainingStep(of: subject, on: batch, inputs)).write(
        to: folder.appendingPathComponent("gradients.safetensors"))
    }
  }

  /// The gradients of the loss, with the file's names and layouts, and the statistics that the step left behind.
  private static func trainingStep(
    of subject: Subject, on batch: String, _ inputs: Inputs
  ) throws -> [String: AnyTensor] {
    let (loss, gradients) = valueAndGradients { subject.loss(inputs, batch) }
    var tensors: [String: AnyTensor] = [:]
    for entry in subject.model.state {
      if let parameter = entry.parameter {
        tensors[entry.path] = gradients[parameter].map { AnyTensor($0) }
      } else {
        tensors[entry.path] = entry.anyValue
      }
    }
    let mapped = try Checkpoint(tensors).mapped(by: subject.saving)
    tensors = Dictionary(
      uniqueKeysWithValues: try mapped.names.map { ($0, try mapped.anyTensor($0)) })
    tensors["loss"] = AnyTensor(Tensor([loss]))
    return tensors
  }
}
