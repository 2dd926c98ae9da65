import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import GraftTransfer

/// A network of four stages that learns points of the plane: three linear layers and a head.
final class LayeredNet: StagewiseModel {
  let first: Linear
  let second: Linear
  let third: Linear
  var pooling: any Layer = Identity()
  var head: any Layer

  let featureCount = 6

  init(classes: Int = 2, seed: UInt64 = 1) {
    var generator = RandomGenerator(seed: seed)
    first = Linear(2, 6, using: &generator)
    second = Linear(6, 6, using: &generator)
    third = Linear(6, 6, using: &generator)
    head = Linear(6, classes, using: &generator)
  }

  func applyStage(_ index: Int, to input: Variable) -> Variable {
    [first, second, third][index](input).relu()
  }

  var stages: [Stage] {
    ["first", "second", "third"].map { Stage($0, .path($0)) } + [Stage("head", .head)]
  }

  /// The names of the stages that can learn.
  var learning: [String] { stages.filter { !isFrozen($0.selection) }.map(\.name) }
}

/// Points inside and outside a circle.
func circle(_ count: Int = 64) throws -> LabeledDataset {
  var generator = RandomGenerator(seed: 2)
  let points = Tensor<Float>.normal([count, 2], using: &generator)
  let labels = (0..<count).map { row -> Int32 in
    let point = points.select(row).scalars
    return point[0] * point[0] + point[1] * point[1] < 1.4 ? 0 : 1
  }
  return try LabeledDataset(inputs: points, labels: Tensor(labels), classNames: ["in", "out"])
}
