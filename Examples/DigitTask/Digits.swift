import Foundation
import Graft

/// The data of the demonstrations: digits 0 to 4 to pretrain on, digits 5 to 9 to adapt to.
package struct Digits {
  /// The old task, four fifths to learn from.
  package let oldTraining: LabeledDataset
  /// The old task, the other fifth: shows how much is forgotten.
  package let oldTest: LabeledDataset
  private let new: LabeledDataset

  /// The digits that ship with the example.
  package init() throws {
    let all = try LabeledDataset(DataTable(contentsOf: try resource("digits", "csv")), target: "target")
      .reshapingInputs(to: [1, 8, 8])
      .normalized(by: Normalization(mean: [0], standardDeviation: [16]))
    let parts = all.selecting(classes: [0, 1, 2, 3, 4]).stratifiedSplit([0.8, 0.2], seed: 1)
    oldTraining = parts[0]
    oldTest = parts[1]
    new = all.selecting(classes: [5, 6, 7, 8, 9])
  }

  /// One drawing of the new task.
  package struct NewTask {
    /// 10 labelled images a class: all that a strategy may learn from.
    package let training: LabeledDataset
    /// 20 images a class to choose the learning rate by; the same for each strategy.
    package let validation: LabeledDataset
    /// Everything else, used once: for the table.
    package let test: LabeledDataset
  }

  /// The new task with the labelled images that `seed` draws.
  package func newTask(seed: UInt64) throws -> NewTask {
    let (training, rest) = try new.fewShotSplit(perClass: 10, seed: seed)
    let (validation, test) = try rest.fewShotSplit(perClass: 20, seed: seed)
    return NewTask(training: training, validation: validation, test: test)
  }
}

extension DigitNetwork {
  /// The weights that ship with the examples: of a network that knows the digits 0 to 4.
  package static func pretrained() throws -> Checkpoint {
    try Checkpoint(contentsOf: try resource("pretrained", "safetensors"))
  }
}

private func resource(_ name: String, _ kind: String) throws -> URL {
  guard let file = Bundle.module.url(forResource: name, withExtension: kind, subdirectory: "Resources") else {
    throw CocoaError(.fileNoSuchFile)
  }
  return file
}
