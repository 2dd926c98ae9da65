import GraftTensor

/// The inputs behind a data set, samples along axis 0, in the type they came in.
enum InputStorage: Sendable {
  case bytes(Tensor<UInt8>)
  case floats(Tensor<Float>)

  var shape: Shape {
    switch self {
    case .bytes(let tensor): tensor.shape
    case .floats(let tensor): tensor.shape
    }
  }

  /// The same inputs, each under another shape.
  func reshaped(to inputShape: Shape) -> InputStorage {
    let target = Shape([shape[0]] + inputShape)
    switch self {
    case .bytes(let tensor): return .bytes(tensor.reshaped(to: target))
    case .floats(let tensor): return .floats(tensor.reshaped(to: target))
    }
  }

  /// Some of the inputs.
  func gathered(rows: Tensor<Int32>) -> InputStorage {
    switch self {
    case .bytes(let tensor): .bytes(tensor.gather(rows: rows))
    case .floats(let tensor): .floats(tensor.gather(rows: rows))
    }
  }

  /// The inputs as numbers, bytes divided by 255, and normalised.
  func normalized(by normalization: Normalization?) -> Tensor<Float> {
    switch self {
    case .bytes(let tensor):
      let identity = Normalization(mean: [0], standardDeviation: [1])
      return tensor.lookingUp((normalization ?? identity).byteTables)
    case .floats(let tensor):
      return normalization.map { $0(tensor) } ?? tensor
    }
  }

  /// Some inputs as numbers, bytes divided by 255, and normalised.
  func prepared(rows: Tensor<Int32>, _ normalization: Normalization?) -> Tensor<Float> {
    gathered(rows: rows).normalized(by: normalization)
  }
}
