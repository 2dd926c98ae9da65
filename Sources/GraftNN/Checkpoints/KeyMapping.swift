import GraftTensor

/// How the names and layouts of a checkpoint's tensors become those of a model: a value, applied while loading.
///
/// ```swift
/// try model.load(checkpoint, mapping: [
///   .strippingPrefix("bert."),
///   .renaming("LayerNorm.gamma", to: "LayerNorm.weight"),
///   .dropping("cls.**"),
/// ])
/// ```
///
/// The parts of a list are applied in order, each to the names that the one before made. Patterns are those of
/// ``Selection/path(_:)``.
public struct KeyMapping: Sendable, Hashable, ExpressibleByArrayLiteral {
  private var rules: [Rule]

  private enum Rule: Sendable, Hashable {
    case strip(String)
    case add(prefix: String, pattern: String)
    case rename(old: String, new: String)
    case drop(String)
    case transpose(String)
    case reshape(String)
  }

  /// Leaves everything as it is.
  public static let identity: KeyMapping = []

  /// The given mappings, one after the other.
  public init(arrayLiteral mappings: KeyMapping...) {
    rules = mappings.flatMap(\.rules)
  }

  /// The given mappings, one after the other.
  public init(_ mappings: some Sequence<KeyMapping>) {
    rules = mappings.flatMap(\.rules)
  }

  private init(_ rule: Rule) { rules = [rule] }

  /// Removes `prefix` from the names that begin with it: `.strippingPrefix("module.")`.
  public static func strippingPrefix(_ prefix: String) -> KeyMapping { KeyMapping(.strip(prefix)) }

  /// Puts `prefix` before every name that matches; by default before all.
  public static func addingPrefix(_ prefix: String, to pattern: String = "**") -> KeyMapping {
    KeyMapping(.add(prefix: prefix, pattern: pattern))
  }

  /// Replaces the successive components `old` by `new`, wherever they stand in a name:
  /// `.renaming("LayerNorm.gamma", to: "LayerNorm.weight")`. Only whole components are replaced.
  public static func renaming(_ old: String, to new: String) -> KeyMapping {
    require(!old.isEmpty, "KeyMapping.renaming: there is nothing to rename")
    return KeyMapping(.rename(old: old, new: new))
  }

  /// Leaves out the tensors whose name matches: `.dropping("h.*.attn.bias")`.
  public static func dropping(_ pattern: String) -> KeyMapping { KeyMapping(.drop(pattern)) }

  /// Exchanges the last two axes of the tensors whose name matches, for weights that are stored `[inputs, outputs]`.
  public static func transposing(_ pattern: String) -> KeyMapping { KeyMapping(.transpose(pattern)) }

  /// Gives the tensors whose name matches the shape that the model wants, if the number of elements allows it: a
  /// fully connected layer stored as a convolution, for example.
  public static func reshaping(_ pattern: String) -> KeyMapping { KeyMapping(.reshape(pattern)) }

  /// These rules, and then the other's.
  public func followed(by other: KeyMapping) -> KeyMapping { [self, other] }

  /// What becomes of one tensor.
  struct Target: Hashable {
    var path: String
    var isTransposed = false
    var isReshaped = false
  }

  /// Where the tensor `name` goes, and how; `nil` if it is left out.
  func target(of name: String) -> Target? {
    var target = Target(path: name)
    for rule in rules {
      switch rule {
      case .strip(let prefix):
        if target.path.hasPrefix(prefix) { target.path.removeFirst(prefix.count) }
      case .add(let prefix, let pattern):
        if PathPattern(pattern).matches(target.path) { target.path = prefix + target.path }
      case .rename(let old, let new): target.path = target.path.replacing(components: old, with: new)
      case .drop(let pattern): if PathPattern(pattern).matches(target.path) { return nil }
      case .transpose(let pattern):
        if PathPattern(pattern).matches(target.path) { target.isTransposed.toggle() }
      case .reshape(let pattern):
        if PathPattern(pattern).matches(target.path) { target.isReshaped = true }
      }
    }
    return target
  }
}

extension String {
  /// This path with each run of the components `old` replaced by `new`.
  fileprivate func replacing(components old: String, with new: String) -> String {
    var result = split(separator: ".", omittingEmptySubsequences: false)
    let wanted = old.split(separator: ".", omittingEmptySubsequences: false)
    let replacement = new.split(separator: ".")
    var start = 0
    while start + wanted.count <= result.count {
      if result[start..<(start + wanted.count)].elementsEqual(wanted) {
        result.replaceSubrange(start..<(start + wanted.count), with: replacement)
        start += replacement.count
      } else {
        start += 1
      }
    }
    return result.joined(separator: ".")
  }
}
