import GraftTensor

/// Something that a ``SplitAudit`` looks at.
public struct SplitCheck: Sendable {
  /// The kinds of checks. Their raw values are how they are printed.
  public enum Kind: String, Sendable, Hashable {
    /// No sample is in two parts, or twice in one.
    case positions = "samples"
    /// No part is empty.
    case sizes = "sizes"
    /// No content is in two parts.
    case duplicates = "duplicates"
    /// Nothing that is almost the same is in two parts.
    case nearDuplicates = "near duplicates"
    /// No group is in two parts.
    case groups = "groups"
    /// Earlier parts are earlier in time.
    case times = "times"
    /// Classes have like shares in all parts, and none is missing.
    case classes = "classes"
  }

  /// How many examples are kept of each fault.
  static let exampleCount = 5

  let find: @Sendable (AuditedParts) -> SplitAudit.Finding
}

/// The parts under audit.
struct AuditedParts: Sendable {
  let parts: [[Int]]
  let names: [String]

  /// Each position with the number of its part, part by part.
  var members: [(position: Int, part: Int)] {
    parts.enumerated().flatMap { part, positions in positions.map { (position: $0, part: part) } }
  }

  /// A sample in words: `sample 17 of training`.
  func name(_ position: Int, _ part: Int) -> String { "sample \(position) of \(names[part])" }

  /// Traps if there is a position for which a check has nothing.
  func check(below count: Int, _ check: String) {
    let largest = parts.joined().max() ?? -1
    require(largest < count, "SplitAudit: position \(largest), but \(check) of \(count) samples")
  }
}

extension SplitCheck {
  /// No sample is in two parts, or twice in one.
  static let positions = SplitCheck { audited in
    var seen: [Int: Int] = [:]
    var repeated: [(position: Int, parts: (Int, Int))] = []
    for (position, part) in audited.members {
      if let earlier = seen.updateValue(part, forKey: position) {
        repeated.append((position, (earlier, part)))
      }
    }
    return SplitAudit.Finding(
      check: .positions,
      summary: repeated.isEmpty ? "each in one part" : "\(repeated.count) occur more than once",
      faultCount: repeated.count,
      examples: repeated.prefix(exampleCount).map { position, parts in
        "sample \(position) in \(audited.names[parts.0]) and in \(audited.names[parts.1])"
      },
      leakedPairs: repeated.prefix(exampleCount).map { .init(first: $0.position, second: $0.position) })
  }

  /// No part is empty.
  static let sizes = SplitCheck { audited in
    let empty = audited.parts.indices.filter { audited.parts[$0].isEmpty }
    return SplitAudit.Finding(
      check: .sizes, summary: empty.isEmpty ? "no part is empty" : "parts without a sample",
      faultCount: empty.count, examples: empty.map { audited.names[$0] }, leakedPairs: [])
  }

  /// No content is in two parts: keys are equal only within a part.
  ///
  /// - Parameter keys: What each sample is recognised by: ``SampleKey/keys(ofRows:)`` of images or rows,
  ///   ``SampleKey/init(wordsOf:)`` of texts.
  public static func duplicates(_ keys: [SampleKey]) -> SplitCheck {
    whole(SampleGroups(keys), .duplicates, one: "content", several: "contents")
  }

  /// No group is in two parts.
  ///
  /// - Parameters:
  ///   - groups: Which samples belong together.
  ///   - name: What a group is, for the report: `patient`.
  public static func groups(_ groups: SampleGroups, named name: String = "group") -> SplitCheck {
    whole(groups, .groups, one: name, several: name + "s")
  }

  /// No image has one that looks like it in another part.
  ///
  /// - Parameters:
  ///   - fingerprints: Those of the images.
  ///   - distance: See ``NearDuplicates/groups(of:within:correlation:)``.
  ///   - correlation: See there.
  public static func nearDuplicates(
    _ fingerprints: [ImageFingerprint], within distance: Int = 8, correlation: Double = 0.98
  ) -> SplitCheck {
    SplitCheck { audited in
      audited.check(below: fingerprints.count, "fingerprints")
      let members = audited.members
      let pairs = NearDuplicates.pairs(
        of: members.map { fingerprints[$0.position] }, within: distance, correlation: correlation)
      let leaks = pairs.map { (members[$0.0], members[$0.1]) }.filter { $0.part != $1.part }
      return SplitAudit.Finding(
        check: .nearDuplicates,
        summary: leaks.isEmpty
          ? "no image of \(members.count) is like one of another part"
          : "\(leaks.count) pairs of images are alike",
        faultCount: leaks.count,
        examples: leaks.prefix(exampleCount).map { first, second in
          let bits = fingerprints[first.position].distance(to: fingerprints[second.position])
          return audited.name(first.position, first.part) + " is like "
            + audited.name(second.position, second.part) + " (\(bits) of 64 bits differ)"
        }, leakedPairs: leaks.prefix(exampleCount).map { .init(first: $0.position, second: $1.position) })
    }
  }

  /// What belongs together is in one part.
  private static func whole(
    _ groups: SampleGroups, _ kind: Kind, one: String, several: String
  ) -> SplitCheck {
    SplitCheck { audited in
      audited.check(below: groups.count, several)
      // The first member of each group, and the first of another part than that.
      var firsts: [Int: (position: Int, part: Int)] = [:]
      var divided: Set<Int> = []
      var leaks: [((position: Int, part: Int), (position: Int, part: Int))] = []
      for member in audited.members {
        let group = groups.numbers[member.position]
        guard let first = firsts[group] else {
          firsts[group] = member
          continue
        }
        if first.part != member.part && divided.insert(group).inserted { leaks.append((first, member)) }
      }
      return SplitAudit.Finding(
        check: kind,
        summary: leaks.isEmpty
          ? "\(firsts.count) \(several), each in one part"
          : "\(leaks.count) of \(firsts.count) \(several) are in more than one part",
        faultCount: leaks.count,
        examples: leaks.prefix(exampleCount).map { first, second in
          audited.name(first.position, first.part) + " and " + audited.name(second.position, second.part)
            + " have the same \(one)"
        }, leakedPairs: leaks.prefix(exampleCount).map { .init(first: $0.position, second: $1.position) })
    }
  }
}
