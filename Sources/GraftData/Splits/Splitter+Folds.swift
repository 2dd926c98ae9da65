import GraftTensor

extension Splitter {
  /// The rounds of a cross-validation: the samples in so many parts, each of which is measured on once.
  ///
  /// Parts are as ``parts(_:seed:)`` makes them of equal fractions. A class with fewer samples than there are folds is
  /// missing from some of the parts that are measured on.
  ///
  /// - Parameters:
  ///   - count: The number of folds; traps unless it is at least 2.
  ///   - repetitions: How often everything is divided anew; traps unless positive. The folds of the first division
  ///     are those of a single one.
  ///   - seed: What the divisions follow from.
  /// - Returns: `count` · `repetitions` rounds, those of a division side by side.
  /// - Throws: ``DataError`` if a part would be empty: there are fewer samples, groups or keys than folds. A splitter by
  ///   keys can also leave a part empty by chance.
  public func folds(_ count: Int, repetitions: Int = 1, seed: UInt64) throws -> [Fold] {
    require(count >= 2, "folds: \(count) folds; at least 2 are needed")
    require(repetitions >= 1, "folds: \(repetitions) repetitions")
    let apportionment = Apportionment(Array(repeating: 1 / Double(count), count: count))
    return try (0..<repetitions).flatMap { repetition in
      let parts = parts(apportionment, seed: seed, repetition: repetition)
      let filled = parts.filter { !$0.isEmpty }.count
      guard filled == count else {
        throw DataError(
          .tooFewSamples, "\(self.count) samples fill \(filled) of \(count) folds",
          advice: "Ask for fewer folds; samples of one group are always in one fold")
      }
      return Fold.rounds(parts)
    }
  }
}
