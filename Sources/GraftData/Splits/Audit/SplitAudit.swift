import GraftTensor

/// A proof that the parts of a split have nothing in common, or a list of what they have.
///
/// ```swift
/// let audit = SplitAudit(
///   parts, names: ["training", "test"],
///   checks: [.duplicates(keys), .groups(SampleGroups(patients), named: "patient"), .times(dates), .classes(labels)])
/// print(audit)
/// try audit.check()
/// ```
///
/// Two things are looked at in any case: that no sample is in two parts or twice in one, and that no part is empty.
public struct SplitAudit: Sendable, Hashable {
  /// What one check found.
  public struct Finding: Sendable, Hashable {
    /// What was looked at.
    public let check: SplitCheck.Kind
    /// What is wrong, or what was looked at and found right.
    public let summary: String
    /// The number of faults.
    public let faultCount: Int
    /// The first few faults in words.
    public let examples: [String]
    /// The first few pairs of samples, the first of an earlier part, that should not be on two sides.
    public let leakedPairs: [LeakedPair]

    /// Whether there is no fault.
    public var passed: Bool { faultCount == 0 }
  }

  /// Two samples of different parts that should be in one, or in the other order.
  public struct LeakedPair: Sendable, Hashable {
    /// The position of the sample in the earlier part.
    public let first: Int
    /// The position of the sample in the later part.
    public let second: Int
  }

  /// The names of the parts.
  public let partNames: [String]

  /// How many samples each part has.
  public let partSizes: [Int]

  /// What each check found, in the order of the checks.
  public let findings: [Finding]

  /// Looks at a split.
  ///
  /// - Parameters:
  ///   - parts: The positions of the samples of each part, the one to learn from first. Positions that no part has are
  ///     not looked at. Traps if there is no part, or a negative position.
  ///   - names: What to call the parts, by default `training` and `test`, with `validation` between them if there are
  ///     three, else by number. Traps unless there are as many as parts.
  ///   - checks: What to look at. They trap if they do not know of a position.
  public init(_ parts: [[Int]], names: [String]? = nil, checks: [SplitCheck]) {
    let names = names ?? SplitAudit.names(count: parts.count)
    require(
      !parts.isEmpty && names.count == parts.count,
      "SplitAudit: \(parts.count) parts, \(names.count) names")
    require(parts.joined().allSatisfy { $0 >= 0 }, "SplitAudit: a position is negative")
    let audited = AuditedParts(parts: parts, names: names)
    partNames = names
    partSizes = parts.map(\.count)
    findings = ([.positions, .sizes] + checks).map { $0.find(audited) }
  }

  private static func names(count: Int) -> [String] {
    switch count {
    case 2: ["training", "test"]
    case 3: ["training", "validation", "test"]
    default: (0..<count).map { "part \($0)" }
    }
  }

  /// Whether no check found a fault.
  public var passed: Bool { findings.allSatisfy(\.passed) }

  /// What the checks of one kind found.
  public func findings(of kind: SplitCheck.Kind) -> [Finding] { findings.filter { $0.check == kind } }

  /// Does nothing if no check found a fault.
  /// - Throws: ``SplitAuditError`` with all of this otherwise.
  public func check() throws(SplitAuditError) {
    if !passed { throw SplitAuditError(audit: self) }
  }
}

extension SplitAudit: CustomStringConvertible {
  /// A line for the parts, one for each check, and below it examples of what is wrong.
  public var description: String {
    let sizes = zip(partNames, partSizes).map { "\($0) \($1)" }.joined(separator: ", ")
    let lines = findings.flatMap { finding in
      ["\(finding.passed ? "passed" : "FAILED")  \(finding.check.rawValue): \(finding.summary)"]
        + finding.examples.map { "        \($0)" }
    }
    return (["Split of \(partSizes.reduce(0, +)) samples: \(sizes)"] + lines).joined(separator: "\n")
  }
}

/// A split whose parts have something in common that they should not have.
public struct SplitAuditError: GraftError, Hashable {
  /// Everything that was found.
  public let audit: SplitAudit

  /// The faults with examples, and what to do.
  public var description: String {
    let faults = audit.findings.filter { !$0.passed }
    let lines = faults.flatMap { finding in
      ["\(finding.check.rawValue): \(finding.summary)"] + finding.examples.map { "  \($0)" }
    }
    return "The split fails \(faults.count) of \(audit.findings.count) checks.\n"
      + lines.joined(separator: "\n")
      + "\nKeep together what belongs together: Splitter.grouped(by:), or ChronologicalSplitter for times."
  }
}
