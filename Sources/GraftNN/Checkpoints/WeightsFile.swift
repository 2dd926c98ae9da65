import Foundation
import GraftTensor

/// A file of named tensors in any of the formats that published weights have.
enum WeightsFile: Sendable {
  case safetensors(SafetensorsFile)
  case pyTorch(PyTorchFile)

  /// Opens a file of the kind that its first bytes show, whatever its name is.
  init(contentsOf url: URL) throws {
    switch try FileKind(contentsOf: url) {
    case .zip, .pickle: self = .pyTorch(try PyTorchFile(contentsOf: url))
    case .other(let description): throw TensorFileError(file: url.path, .notTensors(description))
    // What is not known is reported for what is wrong with it as a safetensors file.
    case .safetensors, .json, .unknown: self = .safetensors(try SafetensorsFile(contentsOf: url))
    }
  }

  var names: [String] {
    switch self {
    case .safetensors(let file): return file.names
    case .pyTorch(let file): return file.names
    }
  }

  func entry(_ name: String) -> SafetensorsFile.Entry? {
    switch self {
    case .safetensors(let file): return file.entry(name)
    case .pyTorch(let file): return file.entry(name)
    }
  }

  func anyTensor(_ name: String) throws -> AnyTensor {
    switch self {
    case .safetensors(let file): return try file.anyTensor(name)
    case .pyTorch(let file): return try file.anyTensor(name)
    }
  }

  func tensor<Scalar: TensorScalar>(_ name: String, as type: Scalar.Type) throws -> Tensor<Scalar> {
    switch self {
    case .safetensors(let file): return try file.tensor(name, as: type)
    case .pyTorch(let file): return try file.tensor(name, as: type)
    }
  }
}
