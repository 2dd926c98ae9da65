import GraftAutograd
import GraftNN
import GraftTensor

/// Branches that read the same input side by side; what they find is joined along the channels.
///
/// The units have the names that published files give them: `branch5x5_1.conv.weight` is the first of a branch. They stand in no
/// property of their own, since the kinds of block differ in nothing but the table of their branches.
public final class InceptionBlock: Layer {
  private let branches: [[Part]]
  /// The number of channels of the result.
  let outputCount: Int

  /// What a branch does next, with the layers that it needs.
  fileprivate enum Part {
    case unit(name: String, InceptionUnit)
    case pool(any Layer)
    case fork([(name: String, unit: InceptionUnit)])
  }

  /// What a branch does next.
  enum Step {
    /// A unit with `outputs` channels. With stride 1 it pads so that the size stays, with stride 2 not at all.
    case unit(String, _ outputs: Int, _ height: Int = 1, _ width: Int = 1, stride: Int = 1)
    /// The mean of 3×3 pixels, zeros around the image included; the size stays.
    case averagePool
    /// The maximum of 3×3 pixels at every second place.
    case maxPool
    /// Two units of `outputs` channels on the same input, one with a kernel 1×3, one with 3×1, joined.
    case fork(String, String, _ outputs: Int)
  }

  /// A block with fresh weights, made of branches that each go through their steps in order.
  ///
  /// - Parameters:
  ///   - inputs: the number of channels of the input.
  ///   - branches: what is done side by side, with the numbers of channels of the published network.
  ///   - divisor: what those numbers are divided by.
  ///   - generator: where the initial weights come from.
  init(_ inputs: Int, _ branches: [[Step]], divisor: Int, using generator: inout RandomGenerator) {
    var total = 0
    self.branches = branches.map { steps in
      var channels = inputs
      let parts = steps.map { Part($0, after: &channels, divisor: divisor, using: &generator) }
      total += channels
      return parts
    }
    outputCount = total
  }

  /// The units by their names.
  public var members: [Member] {
    branches.joined().flatMap(\.units).map { Member($0.name, .module($0.unit)) }
  }

  /// `[n, inputs, h, w]` to `[n, outputs, h, w]`, or to half the size where a block reduces it.
  public func forward(_ input: Variable) -> Variable {
    .concatenated(branches.map { $0.reduce(input) { $1($0) } }, along: 1)
  }
}

extension InceptionBlock.Part {
  /// The layers of a step whose input has `channels` channels, which become those of its output.
  fileprivate init(
    _ step: InceptionBlock.Step, after channels: inout Int, divisor: Int,
    using generator: inout RandomGenerator
  ) {
    switch step {
    case .unit(let name, let outputs, let height, let width, let stride):
      let unit = InceptionUnit(
        channels, outputs / divisor, kernel: (height, width), stride: stride,
        padding: stride == 1 ? (height / 2, width / 2) : (0, 0), using: &generator)
      channels = outputs / divisor
      self = .unit(name: name, unit)
    case .averagePool: self = .pool(AveragePool2D(3, stride: 1, padding: 1))
    case .maxPool: self = .pool(MaxPool2D(3, stride: 2))
    case .fork(let across, let down, let outputs):
      let width = outputs / divisor
      self = .fork([
        (across, InceptionUnit(channels, width, kernel: (1, 3), padding: (0, 1), using: &generator)),
        (down, InceptionUnit(channels, width, kernel: (3, 1), padding: (1, 0), using: &generator)),
      ])
      channels = 2 * width
    }
  }

  fileprivate var units: [(name: String, unit: InceptionUnit)] {
    switch self {
    case .unit(let name, let unit): return [(name, unit)]
    case .pool: return []
    case .fork(let units): return units
    }
  }

  fileprivate func callAsFunction(_ input: Variable) -> Variable {
    switch self {
    case .unit(_, let unit): return unit(input)
    case .pool(let layer): return layer(input)
    case .fork(let units): return .concatenated(units.map { $0.unit(input) }, along: 1)
    }
  }
}
