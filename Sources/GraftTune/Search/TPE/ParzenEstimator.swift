import Foundation
import GraftTensor

/// A density over a search space: a kernel around each of some configurations, and the uniform distribution.
///
/// A kernel is a product over the dimensions (Falkner, Klein, Hutter: *BOHB*, ICML 2018), so that what goes well together is seen. In a
/// dimension that does not exist for its configuration it is uniform; only those that exist for a candidate count. So the density sums
/// to one over the space with all its conditions. Numbers are densities in the unit interval, integers and choices chances.
struct ParzenEstimator: Sendable {
  private let space: SearchSpace
  private let components: [[Kernel]]
  /// Of each component.
  private let logWeight: Double

  private enum Kernel: Sendable {
    case uniform
    case normal(TruncatedNormal)
    /// Another choice than its own has one chance, its own the other.
    case choice(index: Int, logOwn: Double, logOther: Double)
  }

  /// Where a candidate is in a dimension.
  private enum Place {
    case point(Double)
    case part(ClosedRange<Double>)
    case choice(Int, count: Int)
  }

  /// - Parameters:
  ///   - configurations: each counts as much as the uniform distribution.
  ///   - width: the deviation of a kernel around a single configuration; it falls with their number n and the number d of dimensions as
  ///     n^(−1 / (d + 4)) (Scott), but not below 0.6 / (n + 2), nor below 0.006: between few configurations there has to be a chance
  ///     (the "magic clipping" of Watanabe: *Tree-Structured Parzen Estimator: Understanding Its Algorithm Components*, 2023).
  init(space: SearchSpace, configurations: [Configuration], width: Double) {
    self.space = space
    let count = configurations.count
    let dimensions = space.dimensions.count { $0.domain.count != 1 }
    let scott = width * pow(Double(max(count, 1)), -1 / Double(dimensions + 4))
    let deviation = max(scott, 0.6 / Double(min(100, count + 2)))
    components =
      configurations.map { configuration in
        space.dimensions.map { dimension in
          guard let setting = configuration.settings[dimension.name] else { return .uniform }
          return ParzenEstimator.kernel(
            around: setting, in: dimension.domain, deviation: deviation, count: count)
        }
      } + [space.dimensions.map { _ in .uniform }]
    logWeight = -log(Double(count + 1))
  }

  private static func kernel(
    around setting: Setting, in domain: Domain, deviation: Double, count: Int
  ) -> Kernel {
    guard domain.count != 1 else { return .uniform }
    guard case .categorical(let labels) = domain, case .label(let label) = setting else {
      return .normal(TruncatedNormal(center: domain.unit(of: setting), deviation: deviation))
    }
    // One observation of its own, and one of all choices alike shared by all kernels.
    let shared = 1 / Double(count + 1)
    let whole = 1 + shared * Double(labels.count)
    return .choice(
      index: labels.firstIndex(of: label) ?? 0, logOwn: log((1 + shared) / whole),
      logOther: log(shared / whole))
  }

  /// The logarithm of the density of a configuration, allowed or not.
  func logDensity(of configuration: Configuration) -> Double {
    let places = space.dimensions.map { dimension in
      configuration.settings[dimension.name].map { ParzenEstimator.place(of: $0, in: dimension.domain) }
    }
    let terms = components.map { kernels in
      zip(kernels, places).reduce(logWeight) { sum, pair in
        pair.1.map { sum + ParzenEstimator.logDensity(of: pair.0, at: $0) } ?? sum
      }
    }
    let largest = terms.max() ?? 0
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
  }

  private static func place(of setting: Setting, in domain: Domain) -> Place {
    switch domain {
    case .continuous: .point(domain.unit(of: setting))
    case .integer: .part(domain.part(of: setting))
    case .categorical(let labels):
      if case .label(let label) = setting {
        .choice(labels.firstIndex(of: label) ?? 0, count: labels.count)
      } else {
        .choice(0, count: labels.count)
      }
    }
  }

  private static func logDensity(of kernel: Kernel, at place: Place) -> Double {
    switch (kernel, place) {
    case (.normal(let normal), .point(let point)): normal.logDensity(at: point)
    case (.normal(let normal), .part(let part)): normal.logMass(of: part)
    case (.choice(let index, let logOwn, let logOther), .choice(let other, _)):
      index == other ? logOwn : logOther
    case (_, .part(let part)): log(part.upperBound - part.lowerBound)
    case (_, .choice(_, let count)): -log(Double(count))
    case (_, .point): 0
    }
  }

  /// A configuration of that density, allowed or not.
  func sample(using generator: inout RandomGenerator) -> Configuration {
    let kernels = components[generator.integer(below: components.count)]
    var settings: [String: Setting] = [:]
    for (dimension, kernel) in zip(space.dimensions, kernels)
    where space.exists(dimension, given: settings) {
      settings[dimension.name] = ParzenEstimator.sample(kernel, in: dimension.domain, using: &generator)
    }
    return Configuration(settings)
  }

  private static func sample(
    _ kernel: Kernel, in domain: Domain, using generator: inout RandomGenerator
  ) -> Setting {
    switch (kernel, domain) {
    case (.normal(let normal), _): return domain.setting(at: normal.sample(using: &generator))
    case (.choice(let index, let logOwn, let logOther), .categorical(let labels)):
      // The chance of its own beyond that of any other; the rest is even.
      guard generator.unit() >= exp(logOwn) - exp(logOther) else { return .label(labels[index]) }
      return .label(labels[generator.integer(below: labels.count)])
    default: return domain.setting(at: generator.unit())
    }
  }
}
