import GraftNN

/// The names of classes as a `config.json` holds them: `{"0": "negative", "1": "positive"}`.
struct LabelList: Codable {
  let names: [String]

  init(_ names: [String]) { self.names = names }

  /// The given names, or, where they are not as many as the head has classes, `LABEL_0`, `LABEL_1` …, as the transformers package calls them.
  static func names(_ names: [String], for head: any Layer) -> [String] {
    guard let classes = (head as? Linear)?.outputCount, classes != names.count else { return names }
    return (0..<classes).map { "LABEL_\($0)" }
  }

  /// Throws `DecodingError` unless the numbers are 0 and up without a gap.
  init(from decoder: any Decoder) throws {
    let values = try decoder.singleValueContainer()
    let byNumber = try values.decode([String: String].self)
    names = try (0..<byNumber.count).map { number in
      guard let name = byNumber[String(number)] else {
        throw DecodingError.dataCorruptedError(
          in: values, debugDescription: "Of \(byNumber.count) labels, number \(number) is missing.")
      }
      return name
    }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.singleValueContainer()
    try values.encode(Dictionary(uniqueKeysWithValues: names.enumerated().map { (String($0), $1) }))
  }

  /// The number of each name; of equal names the last.
  var numbers: [String: Int] {
    Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
  }
}

extension KeyedDecodingContainer {
  /// Replaces `value` by what stands under the key, if anything does.
  func update<Value: Decodable>(_ value: inout Value, _ key: Key) throws {
    if let stated = try decodeIfPresent(Value.self, forKey: key) { value = stated }
  }
}
