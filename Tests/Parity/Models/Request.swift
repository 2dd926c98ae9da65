import Foundation
import Graft

/// What the Python side wants to know of a model.
struct Request: Decodable {
  /// Which model: a family and its member, "resnet 50" or "bert classifier".
  let model: String
  /// The length of the output, where the model has a head.
  let classes: Int?
  /// The sizes of recurrent layers.
  let sizes: Sizes?
  /// A file of weights, for models that do not come as a folder with a `config.json`.
  let weights: String?
  /// A folder with configuration and weights.
  let pretrained: String?
  /// The names of the batches in `inputs.safetensors`.
  let batches: [String]
  /// A text a line, to be encoded by the folder's tokenizer: the batch `texts`.
  let texts: String?
  /// A file of CIFAR-10 records, to be read and normalised: the batch `cifar10`.
  let cifar10: String?
  /// How many photographs `inputs.safetensors` holds as bytes, `photo.0` and so on, to be prepared: the batch `photos`.
  let photographs: Int?
  /// The batch whose gradients are wanted.
  let gradientBatch: String?
  /// Whether the model is to be saved.
  let saves: Bool?
  /// The folder of this request.
  private(set) var folder = URL(fileURLWithPath: "/")

  struct Sizes: Decodable {
    let inputs: Int
    let width: Int
    let layers: Int
    let isBidirectional: Bool
  }

  private enum CodingKeys: String, CodingKey {
    case model, classes, sizes, weights, pretrained, batches, texts, cifar10, photographs, gradientBatch,
      saves
  }

  init(_ folder: URL) throws {
    let data = try Data(contentsOf: folder.appendingPathComponent("request.json"))
    self = try JSONDecoder().decode(Request.self, from: data)
    self.folder = folder
  }

  /// The weights of a model that comes as a file.
  func checkpoint() throws -> Checkpoint {
    guard let weights else { throw Refusal("\(model) needs a file of weights") }
    return try Checkpoint(contentsOf: URL(fileURLWithPath: weights))
  }

  /// The folder of a model that comes as one.
  func pretrainedFolder() throws -> PretrainedFolder {
    guard let pretrained else { throw Refusal("\(model) needs a folder") }
    return try PretrainedFolder(URL(fileURLWithPath: pretrained))
  }
}

/// Why a request can't be answered.
struct Refusal: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
