import GraftTensor

/// Finds the configuration that promises most: a wide look, then climbing from the best places.
///
/// Continuous features climb by gradient; choices and integers by trying neighbours.
struct AcquisitionMaximizer {
  let encoding: FeatureEncoding
  /// What a point promises.
  let score: ([Double]) -> Double
  /// The same and its gradient, 0 in categories.
  let scoreWithGradient: ([Double]) -> (value: Double, gradient: [Double])
  /// What must not be proposed again.
  let excluded: Set<Configuration>

  private static let wideLook = 512
  private static let climbs = 6
  private static let rounds = 4

  private struct Candidate {
    /// One coordinate a dimension, also for those that don't exist here: they may come to exist.
    var place: [Double]
    var configuration: Configuration
    var features: [Double]
    var score: Double
  }

  /// The best that is found; `nil` where everything that is met is excluded or forbidden.
  ///
  /// - Parameter incumbents: good configurations, whose surroundings are looked at too.
  func best(near incumbents: [Configuration], using generator: inout RandomGenerator) -> Configuration? {
    var candidates: [Candidate] = []
    var points = ScrambledPoints(dimensions: encoding.space.dimensions.count, seed: generator.next())
    for _ in 0..<AcquisitionMaximizer.wideLook {
      if let found = candidate(at: points.next()) { candidates.append(found) }
    }
    if candidates.isEmpty { candidates = rareCandidates(using: &generator) }
    for incumbent in incumbents {
      let place = encoding.space.point(of: incumbent).map { $0 ?? generator.unit() }
      for width in [0.003, 0.01, 0.03, 0.1] {
        for _ in 0..<8 {
          if let found = candidate(at: shaken(place, by: width, using: &generator)) {
            candidates.append(found)
          }
        }
      }
    }
    candidates.sort { $0.score > $1.score }
    let climbed = candidates.prefix(AcquisitionMaximizer.climbs).map { climb(from: $0, using: &generator) }
    return climbed.max { $0.score < $1.score }?.configuration
  }

  private func candidate(at place: [Double]) -> Candidate? {
    let configuration = encoding.space.configuration(at: place)
    guard encoding.space.allows(configuration), !excluded.contains(configuration) else { return nil }
    let features = encoding.features(of: configuration)
    return Candidate(
      place: place, configuration: configuration, features: features, score: score(features))
  }

  /// Where a constraint allows next to nothing, or nearly everything was tried: random ones for as long as it is bearable.
  private func rareCandidates(using generator: inout RandomGenerator) -> [Candidate] {
    var found: [Candidate] = []
    for _ in 0..<64 {
      let configuration = encoding.space.random(using: &generator)
      let place = encoding.space.point(of: configuration).map { $0 ?? generator.unit() }
      if let candidate = candidate(at: place) { found.append(candidate) }
    }
    return found
  }

  /// A place not far away: about every second coordinate moved, now and then another choice.
  private func shaken(
    _ place: [Double], by width: Double, using generator: inout RandomGenerator
  ) -> [Double] {
    place.indices.map { index in
      if encoding.isCategory[index] {
        return generator.bernoulli(probability: 0.2) ? generator.unit() : place[index]
      }
      guard generator.bernoulli(probability: 0.5) else { return place[index] }
      return min(max(place[index] + width * generator.normal(), 0), 1)
    }
  }

  private func climb(from start: Candidate, using generator: inout RandomGenerator) -> Candidate {
    var best = start
    for round in 0..<AcquisitionMaximizer.rounds {
      let before = best.score
      best = slide(from: best)
      for neighbour in neighbours(of: best, using: &generator) where neighbour.score > best.score {
        best = neighbour
      }
      if round > 0, best.score <= before { break }
    }
    return best
  }

  /// Climbs by gradient in the continuous dimensions that exist; back towards the start as far as the constraint demands.
  private func slide(from start: Candidate) -> Candidate {
    let dimensions = encoding.space.dimensions
    let moving = dimensions.indices.filter {
      encoding.isContinuous[$0] && start.configuration.settings[dimensions[$0].name] != nil
    }
    guard !moving.isEmpty else { return start }
    var minimizer = BoundedMinimizer(lower: moving.map { _ in 0 }, upper: moving.map { _ in 1 })
    minimizer.iterations = 40
    var features = start.features
    let end = minimizer.minimize(from: moving.map { features[$0] }) { coordinates in
      for (index, coordinate) in zip(moving, coordinates) { features[index] = coordinate }
      let (value, gradient) = scoreWithGradient(features)
      return (-value, moving.map { -gradient[$0] })
    }
    var share = 1.0
    for _ in 0..<6 {
      var place = start.place
      for (index, coordinate) in zip(moving, end.point) {
        place[index] = min(max(start.features[index] + share * (coordinate - start.features[index]), 0), 1)
      }
      if let found = candidate(at: place), found.score > start.score { return found }
      share /= 2
    }
    return start
  }

  /// What differs in one choice or integer.
  private func neighbours(of center: Candidate, using generator: inout RandomGenerator) -> [Candidate] {
    var found: [Candidate] = []
    for (index, dimension) in encoding.space.dimensions.enumerated() {
      guard !encoding.isContinuous[index], center.configuration.settings[dimension.name] != nil else {
        continue
      }
      for coordinate in alternatives(to: center, in: dimension.domain, at: index, using: &generator) {
        var place = center.place
        place[index] = coordinate
        if let candidate = candidate(at: place) { found.append(candidate) }
      }
    }
    return found
  }

  private func alternatives(
    to center: Candidate, in domain: Domain, at index: Int, using generator: inout RandomGenerator
  ) -> [Double] {
    switch domain {
    case .categorical(let labels):
      let others =
        labels.count <= 12
        ? Array(labels.indices) : (0..<12).map { _ in generator.integer(below: labels.count) }
      return others.map { (Double($0) + 0.5) / Double(labels.count) }
    case .integer(let range, _):
      guard case .number(let current)? = center.configuration.settings[encoding.space.dimensions[index].name]
      else {
        return []
      }
      let large = max(Double(range.count) / 20, 2).rounded()
      return [-large, -1, 1, large].map { current + $0 }.map(Setting.number).filter(domain.contains).map(
        domain.unit(of:))
    case .continuous: return []
    }
  }
}
