import Foundation
import Graft

/// The batches of a request.
struct Inputs {
  private var tensors: [String: AnyTensor] = [:]
  private var encoded: TokenBatch?

  init(_ request: Request) throws {
    let file = request.folder.appendingPathComponent("inputs.safetensors")
    if FileManager.default.fileExists(atPath: file.path) {
      let contents = try SafetensorsFile(contentsOf: file)
      for name in contents.names { tensors[name] = try contents.anyTensor(name) }
    }
    if let texts = request.texts, let pretrained = request.pretrained {
      let tokenizer = try loadTokenizer(from: URL(fileURLWithPath: pretrained))
      let lines = try String(contentsOf: URL(fileURLWithPath: texts), encoding: .utf8).split(separator: "\n")
      encoded = tokenizer.encodeBatch(lines.map(String.init), truncation: .toLength(256))
    }
    if let file = request.cifar10 {
      let images = try LabeledDataset(cifar10: [URL(fileURLWithPath: file)]).normalized(by: .imageNet)
      for batch in images.batches(of: images.count) { tensors["cifar10.images"] = AnyTensor(batch.inputs) }
    }
    if let count = request.photographs {
      let prepared = (0..<count).map { ImagePreprocessing.imageNet.prepared(tensor("photo.\($0)")) }
      tensors["photos.images"] = AnyTensor(Tensor.stacked(prepared))
    }
  }

  /// Pixels, or anything else that layers read, `[n, …]`.
  func values(_ batch: String, _ name: String = "images") -> Variable { Variable(tensor("\(batch).\(name)")) }

  /// Tokens with their types and mask, where the batch has them.
  func tokens(_ batch: String) -> TokenBatch {
    if batch == "texts", let encoded { return encoded }
    let types: Tensor<Int32>? = optionalTensor("\(batch).types")
    let mask: Tensor<UInt8>? = optionalTensor("\(batch).mask")
    return TokenBatch(ids: tensor("\(batch).ids"), typeIDs: types, mask: mask.map { $0 .== 1 })
  }

  /// The lengths of padded sequences; `nil` if none is padded.
  func lengths(_ batch: String) -> [Int]? {
    let lengths: Tensor<Int32>? = optionalTensor("\(batch).lengths")
    return lengths?.scalars.map(Int.init)
  }

  /// What a training step should have answered.
  func labels(_ batch: String) -> Tensor<Int32> { tensor("\(batch).labels") }

  private func tensor<Scalar: TensorScalar>(_ name: String) -> Tensor<Scalar> {
    guard let tensor: Tensor<Scalar> = optionalTensor(name) else {
      fatalError("parity: inputs.safetensors lacks \(name) of type \(Scalar.self)")
    }
    return tensor
  }

  private func optionalTensor<Scalar: TensorScalar>(_ name: String) -> Tensor<Scalar>? {
    tensors[name].flatMap { $0.as(Scalar.self) }
  }
}
