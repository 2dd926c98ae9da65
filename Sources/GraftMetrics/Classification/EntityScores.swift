import GraftTensor

/// How well entities were found in sentences: precision, recall and F1, an entity counting only if its type and all its tokens are right.
///
/// What `conlleval` counts (Tjong Kim Sang, De Meulder: *Introduction to the CoNLL-2003 Shared Task*, 2003). Counts are whole numbers, so scores
/// of sentences counted one by one, or in parts that are added, are the same.
///
/// ```swift
/// var scores = EntityScores()
/// for sentence in sentences {
///   scores.add(predicted: tags(of: sentence.words), actual: sentence.tags)
/// }
/// print(scores.overall.f1)
/// print(scores)
/// ```
public struct EntityScores: Sendable, Hashable {
  private var counts: [String: ClassCounts] = [:]

  /// Scores of no sentence.
  public init() {}

  /// Counts a sentence.
  ///
  /// - Parameters:
  ///   - predicted: a tag for each token: `O`, or `B-` or `I-` and a type.
  ///   - actual: the true tags. See ``Entity/entities(in:)`` for how they are read.
  ///
  /// Traps if there are more of one than of the other, or at what is no such tag; ``EntityTag/init(_:)`` tells before.
  public mutating func add(predicted: [String], actual: [String]) {
    add(
      predicted: predicted.map { EntityScores.tag($0, operation: "EntityScores.add") },
      actual: actual.map { EntityScores.tag($0, operation: "EntityScores.add") })
  }

  /// Counts a sentence. Traps if there are more tags of one kind than of the other.
  public mutating func add(predicted: [EntityTag], actual: [EntityTag]) {
    require(
      predicted.count == actual.count,
      "EntityScores.add: \(predicted.count) predicted tags for \(actual.count) actual ones")
    let found = Entity.entities(in: predicted)
    let wanted = Set(Entity.entities(in: actual))
    for entity in found {
      counts[entity.type, default: ClassCounts()].predicted += 1
      if wanted.contains(entity) { counts[entity.type, default: ClassCounts()].correct += 1 }
    }
    for entity in wanted { counts[entity.type, default: ClassCounts()].actual += 1 }
  }

  /// Counts a batch of sentences given by the numbers of tags.
  ///
  /// - Parameters:
  ///   - predictions: the predicted tags, `[sentences, length]`: the largest of a model's scores for each token.
  ///   - labels: the true tags, of the same shape.
  ///   - tags: what the numbers mean.
  ///   - ignored: the label of tokens that are left out, such as padding and all pieces of a word but the first; what is predicted there counts
  ///     nothing. Default: -100.
  ///
  /// Traps if the shapes differ, at a number that is no tag, or at what is no tag of the kind that ``EntityTag`` describes.
  public mutating func add(
    predictions: Tensor<Int32>, labels: Tensor<Int32>, tags: [String], ignoring ignored: Int32 = -100
  ) {
    require(
      predictions.rank == 2 && predictions.shape == labels.shape,
      "EntityScores.add: predictions of shape \(predictions.shape) for labels of shape \(labels.shape); both have to be [sentences, length]"
    )
    let meanings = tags.map { EntityScores.tag($0, operation: "EntityScores.add") }
    func meaning(_ number: Int32) -> EntityTag {
      require(
        meanings.indices.contains(Int(number)),
        "EntityScores.add: \(number) is not one of \(meanings.count) tags")
      return meanings[Int(number)]
    }
    let (length, labels, predictions) = (labels.shape[1], labels.scalars, predictions.scalars)
    for start in stride(from: 0, to: labels.count, by: max(length, 1)) {
      let places = (start..<start + length).filter { labels[$0] != ignored }
      add(predicted: places.map { meaning(predictions[$0]) }, actual: places.map { meaning(labels[$0]) })
    }
  }

  /// Adds the counts of other sentences.
  public static func += (scores: inout EntityScores, other: EntityScores) {
    scores.counts.merge(other.counts) { $0 + $1 }
  }

  /// The types of all entities, predicted or actual, in alphabetical order.
  public var types: [String] { counts.keys.sorted() }

  /// The scores of one type; all 0 if no entity of that type was met.
  public func scores(of type: String) -> ClassScores { (counts[type] ?? ClassCounts()).scores }

  /// The scores of all entities together, whatever their type: conlleval's first line.
  public var overall: ClassScores { scores(.micro) }

  /// The scores of all types as one. Every type that was met counts, predicted or actual.
  public func scores(_ averaging: Averaging) -> ClassScores {
    averaging.scores(of: types.compactMap { counts[$0] })
  }

  private static func tag(_ text: String, operation: StaticString) -> EntityTag {
    guard let tag = EntityTag(text) else {
      fatalError("\(operation): \"\(text)\" is not a tag; tags are O, and B- or I- followed by a type")
    }
    return tag
  }
}

extension EntityScores: CustomStringConvertible {
  /// A table with a line for each type, and one for all together.
  public var description: String {
    var table = TextTable(header: ["", "precision", "recall", "f1", "support"])
    for type in types { table.add(type, scores(of: type)) }
    table.add([])
    table.add("overall", overall)
    return table.description
  }
}
