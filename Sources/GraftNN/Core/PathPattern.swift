/// A path with wildcards: `*` for any text within one component, `**` for any number of components.
struct PathPattern {
  private let components: [Substring]
  private let namesModule: Bool

  init(_ pattern: String) {
    components = pattern.split(separator: ".")
    namesModule = !pattern.contains("*")
  }

  /// Whether the pattern stands for `path`, or, without wildcards, for a module that holds it.
  func matches(_ path: String) -> Bool {
    let parts = path.split(separator: ".")
    if namesModule { return parts.starts(with: components) }
    return PathPattern.match(components[...], parts[...])
  }

  private static func match(_ pattern: ArraySlice<Substring>, _ parts: ArraySlice<Substring>) -> Bool {
    guard let first = pattern.first else { return parts.isEmpty }
    let rest = pattern.dropFirst()
    if first == "**" {
      return match(rest, parts) || (!parts.isEmpty && match(pattern, parts.dropFirst()))
    }
    guard let part = parts.first else { return false }
    return matchComponent(first, part) && match(rest, parts.dropFirst())
  }

  private static func matchComponent(_ pattern: Substring, _ text: Substring) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return matchComponent(pattern.dropFirst(), text)
        || (!text.isEmpty && matchComponent(pattern, text.dropFirst()))
    }
    return text.first == first && matchComponent(pattern.dropFirst(), text.dropFirst())
  }
}
