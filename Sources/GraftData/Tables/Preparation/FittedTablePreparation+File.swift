import Foundation
import GraftTensor

extension FittedTablePreparation: Codable {
  private enum CodingKeys: String, CodingKey { case columns, missing, steps, leftOut }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(sources, forKey: .columns)
    try values.encode(missing, forKey: .missing)
    try values.encode(steps, forKey: .steps)
    try values.encode(leftOut, forKey: .leftOut)
  }

  /// Throws if steps and columns do not belong together.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    do {
      try self.init(
        sources: values.decode([Source].self, forKey: .columns),
        missing: values.decode(MissingValues.self, forKey: .missing),
        steps: values.decode([FittedStep].self, forKey: .steps),
        leftOut: values.decode([String].self, forKey: .leftOut))
    } catch let error as DataError {
      throw DecodingError.dataCorruptedError(
        forKey: .steps, in: values, debugDescription: error.problem)
    }
  }
}

extension FittedTablePreparation {
  /// Writes a JSON file, completely or not at all.
  ///
  /// - Throws: what the system says if the file can't be written.
  public func save(to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(self).write(to: file, options: .atomic)
  }

  /// Reads what ``save(to:)`` wrote.
  ///
  /// - Throws: ``DataError`` if the file can't be read, has more than 100 MB, or does not hold a preparation whose steps fit its columns.
  public init(contentsOf file: URL) throws {
    let bytes = try BoundedFile.read(file, atMost: JSONFile.maximumByteCount)
    do {
      // Nesting and repeated keys are refused before anything is decoded.
      try bytes.withUnsafeBytes { bytes in
        var scanner = JSONScanner(bytes)
        try scanner.skipValue()
        try scanner.expectEnd()
      }
      self = try JSONDecoder().decode(FittedTablePreparation.self, from: Data(bytes))
    } catch let fault as JSONScanner.Fault {
      throw FittedTablePreparation.malformed(file, at: .byte(fault.offset), "is not JSON: \(fault.problem)")
    } catch let error as DecodingError {
      throw FittedTablePreparation.malformed(file, at: nil, "does not hold a preparation: \(error.summary)")
    }
  }

  private static func malformed(_ file: URL, at place: DataError.Place?, _ problem: String) -> DataError {
    DataError(
      .malformed, file: file.path, at: place, "the file \(problem)",
      advice: "Fit the preparation anew and save it")
  }
}

extension DecodingError {
  /// What is wrong, and where in the text.
  fileprivate var summary: String {
    let context: Context? =
      switch self {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
        .dataCorrupted(let context):
        context
      @unknown default: nil
      }
    guard let context else { return "\(self)" }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    let problem =
      context.debugDescription.hasSuffix(".")
      ? String(context.debugDescription.dropLast()) : context.debugDescription
    return (path.isEmpty ? "" : path.joined(separator: ".") + ": ") + problem
  }
}
