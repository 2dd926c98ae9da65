import GraftTensor

extension Splitter {
  /// The same number of samples of every class, drawn at random: a task of learning from few examples.
  ///
  /// - Parameters:
  ///   - count: How many of each class; traps if it is negative.
  ///   - labels: The class of each sample; traps if one is negative or has no name.
  ///   - classNames: The names of all classes, by default the numbers of those that occur.
  ///   - seed: What the draw follows from.
  /// - Returns: The positions drawn, ascending.
  /// - Throws: ``DataError`` if a class has fewer samples.
  public static func fewShot(
    perClass count: Int, of labels: [some BinaryInteger], classNames: [String]? = nil, seed: UInt64
  ) throws -> [Int] {
    require(count >= 0, "fewShot: \(count) samples for each class")
    var members: [Int: [Int]] = [:]
    for label in 0..<(classNames?.count ?? 0) { members[label] = [] }
    for (position, label) in labels.enumerated() {
      require(
        label >= 0 && label < classNames?.count ?? .max, "fewShot: class \(label) of sample \(position)")
      members[Int(label), default: []].append(position)
    }
    let drawn = try members.sorted { $0.key < $1.key }.flatMap { label, members in
      guard members.count >= count else {
        let name = classNames.map { " (\($0[label]))" } ?? ""
        throw DataError(
          .tooFewSamples, "class \(label)\(name) has \(members.count) samples, \(count) are asked for",
          advice: "Ask for fewer, or leave the class out")
      }
      var generator = RandomGenerator(seed: seed, for: .split, sample: label)
      return generator.permutation(of: members.count).prefix(count).map { members[$0] }
    }
    return drawn.sorted()
  }
}
