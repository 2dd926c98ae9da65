import Foundation
import GraftTensor

/// A study's file: JSON lines, the signature first, then an event a line.
///
/// All but ``withLock(_:)`` is for whoever holds the lock.
///
/// A process that is killed while it writes leaves a line without an end. Whoever comes next holds the lock, so nobody is writing it any
/// more; if it isn't whole, it is cut off: what it said was not yet taken for said. Any other line that is not an event is an error.
final class StudyFile {
  private let file: LockableFile
  private let header: Data
  private let signature: StudySignature
  /// How far the file has been read, in bytes and lines.
  private var place = (offset: 0, lines: 0)

  /// Opens a file, which is made if it isn't there.
  init(url: URL, signature: StudySignature) throws {
    guard let file = try LockableFile(path: url.path) else { throw StudyError.removed(file: url.path) }
    self.file = file
    self.signature = signature
    header = try StudyFile.line(signature)
  }

  /// Runs `body` while no other process reads or writes the file.
  func withLock<Value>(_ body: () throws -> Value) throws -> Value {
    try file.lock()
    defer { file.unlock() }
    return try body()
  }

  /// Hands out the events that were appended since the last call, by whomever. A new file gets its first line.
  ///
  /// If it throws, or `take` does, the next call begins in the same place.
  func readNew(_ take: (StudyEvent) throws(StudyState.Impossible) -> Void) throws {
    guard file.isInPlace, try file.size() >= place.offset else { throw StudyError.removed(file: file.path) }
    var data = try file.read(from: place.offset)
    var now = place
    if now.offset == 0 { data = try checkHeader(of: data) }
    while let end = data.firstIndex(of: UInt8(ascii: "\n")) {
      let text = data[data.startIndex..<end]
      now.lines += 1
      if now.lines > 1 { try StudyFile.read(text, line: now.lines, of: file.path, take) }
      now.offset += text.count + 1
      data = data[(end + 1)...]
    }
    if !data.isEmpty { try mend(data, at: &now, take) }
    place = now
  }

  /// Appends events in one write.
  func append(_ events: [StudyEvent]) throws {
    guard !events.isEmpty else { return }
    let data = try events.reduce(into: Data()) { $0.append(try StudyFile.line($1)) }
    try file.append(data)
    if !events.allSatisfy(\.isPassing) { try file.flush() }
    place.offset += data.count
    place.lines += events.count
  }

  /// What the file holds from its beginning on, with the first line that it ought to have, if it is this study's.
  private func checkHeader(of data: Data) throws -> Data {
    guard let end = data.firstIndex(of: UInt8(ascii: "\n")) else {
      // Nothing, or a first line that was not finished. Anything else isn't ours to mend.
      guard header.starts(with: data) else { throw StudyError.notAStudy(file: file.path) }
      try file.cut(at: 0)
      try file.append(header)
      try file.flush()
      return header
    }
    let kind = try? JSONScanner.decode(Kind.self, from: data[..<end])
    guard let kind, kind.format == StudySignature.format else {
      throw StudyError.notAStudy(file: file.path)
    }
    guard kind.version == StudySignature.version else {
      throw StudyError.laterVersion(file: file.path, version: kind.version)
    }
    guard let found = try? JSONScanner.decode(StudySignature.self, from: data[..<end]) else {
      throw StudyError.damaged(file: file.path, line: 1, problem: "it does not say what is searched")
    }
    if let difference = signature.difference(from: found) {
      throw StudyError.otherStudy(file: file.path, difference: difference)
    }
    return data
  }

  /// Completes a last line that only lacks its end, or cuts it off.
  private func mend(
    _ rest: Data, at now: inout (offset: Int, lines: Int),
    _ take: (StudyEvent) throws(StudyState.Impossible) -> Void
  ) throws {
    guard (try? JSONScanner.decode(StudyEvent.self, from: rest)) != nil else {
      return try file.cut(at: now.offset)
    }
    try StudyFile.read(rest, line: now.lines + 1, of: file.path, take)
    try file.append(Data("\n".utf8))
    now.offset += rest.count + 1
    now.lines += 1
  }

  private static func read(
    _ text: Data, line: Int, of path: String, _ take: (StudyEvent) throws(StudyState.Impossible) -> Void
  ) throws(StudyError) {
    let event: StudyEvent
    do {
      event = try JSONScanner.decode(StudyEvent.self, from: text)
    } catch {
      throw StudyError.damaged(file: path, line: line, problem: "it is no event of a study")
    }
    do {
      try take(event)
    } catch {
      throw StudyError.damaged(file: path, line: line, problem: error.problem)
    }
  }

  private static func line(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }

  /// What tells a study's file from others.
  private struct Kind: Decodable {
    let format: String
    let version: Int
  }
}
