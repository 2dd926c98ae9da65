import Foundation
import GraftTensor

/// Samples in a file: inputs that stay in the mapped file, and labels.
struct Shard: Sendable {
  /// The names that inputs and labels have in a file of our own.
  static let inputsName = "inputs"
  static let labelsName = "labels"

  /// The key of the file's metadata under which the names of the classes are, as a JSON array.
  static let classNamesKey = "class_names"

  let file: String
  let inputs: InputStorage
  let labels: [Int32]
  let classNames: [String]?

  /// Inputs and labels in a safetensors file, under these names.
  init(safetensors url: URL, inputs: String, labels: String) throws {
    let file = try SafetensorsFile(contentsOf: url)
    let names = try file.metadata[Shard.classNamesKey].map { text -> [String] in
      do {
        return try JSONDecoder().decode([String].self, from: Data(text.utf8))
      } catch {
        throw DataError(
          .malformed, file: url.path, "\(Shard.classNamesKey) in the metadata is not a JSON array of strings",
          advice: "Write the shards again")
      }
    }
    try self.init(
      file: url.path, inputs: file.anyTensor(inputs), labels: file.tensor(labels, as: Int32.self),
      classNames: names)
  }

  /// Inputs in one NPY file and labels in another.
  init(npy inputs: URL, labels: URL) throws {
    try self.init(
      file: inputs.path, inputs: AnyTensor(npy: inputs), labels: Tensor(npy: labels), classNames: nil)
  }

  private init(file: String, inputs: AnyTensor, labels: Tensor<Int32>, classNames: [String]?) throws {
    if let bytes = inputs.as(UInt8.self) {
      self.inputs = .bytes(bytes)
    } else if let floats = inputs.as(Float.self) {
      self.inputs = .floats(floats)
    } else {
      throw DataError(
        .unsupported, file: file, "inputs of type \(inputs.elementType)",
        advice: "Store inputs as bytes (UInt8) or as Float")
    }
    guard inputs.shape.rank > 0, labels.shape == [inputs.shape[0]] else {
      throw DataError(
        .countMismatch, file: file,
        "inputs of shape \(inputs.shape) do not fit labels of shape \(labels.shape)",
        advice: "There has to be one label for each position along axis 0 of the inputs")
    }
    self.file = file
    self.labels = labels.scalars
    self.classNames = classNames
    let classCount = classNames?.count ?? Int(Int32.max)
    if let sample = self.labels.firstIndex(where: { $0 < 0 || Int($0) >= classCount }) {
      throw DataError(
        .labelOutOfRange, file: file, at: .sample(sample), "label \(self.labels[sample]) is not a class",
        advice: "Classes are numbered from 0; check that class names and labels belong together")
    }
  }

  /// The shape of one input.
  var inputShape: Shape { Shape(inputs.shape.dropFirst()) }

  /// Throws unless the samples of this shard can be in a batch with those of another.
  func check(fits first: Shard) throws {
    let isOfOneType =
      switch (inputs, first.inputs) {
      case (.bytes, .bytes), (.floats, .floats): true
      default: false
      }
    guard isOfOneType, inputShape == first.inputShape else {
      throw DataError(
        .shapeMismatch, file: file, "its inputs differ in shape or type from those of \(first.file)",
        advice: "Shards of one data set have inputs of one shape and one type")
    }
    guard classNames == first.classNames else {
      throw DataError(
        .malformed, file: file, "its classes are not those of \(first.file)",
        advice: "Check that the shards belong together")
    }
  }
}
