/// Which differences between a checkpoint and a model are accepted; everything else is an error.
///
/// ```swift
/// try model.load(checkpoint, allowing: [.mismatched("fc.**"), .unexpected("AuxLogits.**")])
/// ```
///
/// What is missing or mismatched keeps its present value, its fresh initialisation as a rule, and is listed in the report.
/// Patterns are those of ``Selection/path(_:)``.
public struct LoadTolerance: Sendable, Hashable, ExpressibleByArrayLiteral {
  private var missingPatterns: Set<String> = []
  private var unexpectedPatterns: Set<String> = []
  private var mismatchedPatterns: Set<String> = []

  /// Whether the head may be another than the checkpoint's.
  private(set) var acceptsNewHead = false

  private init() {}

  /// Accepts what any of the given values accepts; an empty list accepts nothing.
  public init(arrayLiteral tolerances: LoadTolerance...) {
    for tolerance in tolerances {
      missingPatterns.formUnion(tolerance.missingPatterns)
      unexpectedPatterns.formUnion(tolerance.unexpectedPatterns)
      mismatchedPatterns.formUnion(tolerance.mismatchedPatterns)
      acceptsNewHead = acceptsNewHead || tolerance.acceptsNewHead
    }
  }

  /// Accepts no difference.
  public static let none: LoadTolerance = []

  /// Accepts any entry of the model that the checkpoint lacks.
  public static let missing = missing("**")

  /// Accepts any tensor of the checkpoint that the model has no place for.
  public static let unexpected = unexpected("**")

  /// Accepts any entry whose shape or element type differs.
  public static let mismatched = mismatched("**")

  /// Accepts that the head of a ``StagedModel`` is new: made for another number of classes than the checkpoint's, or
  /// altogether different.
  ///
  /// ```swift
  /// let model = ResNet(.resNet18, classes: 37)
  /// let report = try model.load(Checkpoint(contentsOf: url), allowing: .newHead)
  /// print(report.replaced)   // fc.weight: the model has [37, 512], the checkpoint [1000, 512] …
  /// ```
  ///
  /// What fits is loaded; the rest of the head, auxiliary heads included, keeps its fresh initialisation and is listed
  /// as ``LoadReport/replaced``. The backbone has to fit as ever.
  public static let newHead: LoadTolerance = {
    var result = LoadTolerance()
    result.acceptsNewHead = true
    return result
  }()

  /// Accepts entries of the model that the checkpoint lacks, where the path matches.
  public static func missing(_ pattern: String) -> LoadTolerance {
    var result = LoadTolerance()
    result.missingPatterns = [pattern]
    return result
  }

  /// Accepts tensors of the checkpoint that the model has no place for, where the name matches.
  public static func unexpected(_ pattern: String) -> LoadTolerance {
    var result = LoadTolerance()
    result.unexpectedPatterns = [pattern]
    return result
  }

  /// Accepts entries whose shape or element type differs, where the path matches.
  public static func mismatched(_ pattern: String) -> LoadTolerance {
    var result = LoadTolerance()
    result.mismatchedPatterns = [pattern]
    return result
  }

  /// Whether every difference in a report is accepted.
  func accepts(_ report: LoadReport) -> Bool {
    report.missing.allSatisfy { LoadTolerance.any(missingPatterns, match: $0) }
      && report.unexpected.allSatisfy { LoadTolerance.any(unexpectedPatterns, match: $0) }
      && report.mismatched.allSatisfy { LoadTolerance.any(mismatchedPatterns, match: $0.path) }
  }

  private static func any(_ patterns: Set<String>, match path: String) -> Bool {
    patterns.contains { PathPattern($0).matches(path) }
  }
}
