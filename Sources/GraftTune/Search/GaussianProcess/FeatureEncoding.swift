/// Configurations as numbers that a kernel can compare.
///
/// One feature a dimension: the place of a number in the unit interval, so that a rounded integer is where its kernel sees it (Garrido-
/// Merchán, Hernández-Lobato: *Dealing with Categorical and Integer-Valued Variables in Bayesian Optimization*, 2020), the index of a choice.
/// What does not exist is in the middle, or a choice of its own: the hyperparameter that its condition names tells it apart.
struct FeatureEncoding: Sendable {
  let space: SearchSpace
  let isCategory: [Bool]
  /// Which can be moved by any small amount.
  let isContinuous: [Bool]

  init(_ space: SearchSpace) {
    self.space = space
    isCategory = space.dimensions.map { if case .categorical = $0.domain { true } else { false } }
    isContinuous = space.dimensions.map { $0.domain.count == nil }
  }

  /// One number for each dimension.
  func features(of configuration: Configuration) -> [Double] {
    zip(space.dimensions, space.point(of: configuration)).map { dimension, place in
      guard case .categorical(let labels) = dimension.domain else { return place ?? 0.5 }
      return place.map { ($0 * Double(labels.count)).rounded(.down) } ?? -1
    }
  }
}
