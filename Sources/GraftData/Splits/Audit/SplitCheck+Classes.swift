import GraftTensor

extension SplitCheck {
  /// Each class has about the share in each part that it has in all of them, and none is missing.
  ///
  /// A part passes if it holds, of each class, as many samples as by the share in all parts, give or take one sample or
  /// `tolerance` of the part's size, whichever is more. A class is missing where a sample of it was to be expected, or
  /// where the first part, from which is learned, lacks a class that another one has.
  ///
  /// - Parameters:
  ///   - labels: The class of each sample.
  ///   - tolerance: By how much shares may differ, in parts of 1.
  public static func classes(_ labels: [some BinaryInteger], tolerance: Double = 0.05) -> SplitCheck {
    let labels = labels.map { Int($0) }
    return SplitCheck { audited in
      audited.check(below: labels.count, "labels")
      let counts = audited.parts.map { positions in
        Dictionary(positions.lazy.map { (labels[$0], 1) }, uniquingKeysWith: +)
      }
      let sizes = audited.parts.map { Double($0.count) }
      let classes = Set(counts.flatMap(\.keys)).sorted()
      var faults: [String] = []
      var largest = 0.0
      for label in classes {
        let share =
          Double(counts.reduce(0) { $0 + ($1[label] ?? 0) }) / sizes.reduce(0, +)
        for (part, size) in sizes.enumerated() where size > 0 {
          let (held, expected) = (counts[part][label] ?? 0, share * size)
          largest = max(largest, abs(Double(held) - expected) / size)
          if held == 0 && (part == 0 || expected >= 1) {
            faults.append("\(audited.names[part]) has no sample of class \(label)")
          } else if abs(Double(held) - expected) > max(1, tolerance * size) {
            faults.append(
              "class \(label) is \(percent(Double(held) / size)) of \(audited.names[part]), \(percent(share)) of all"
            )
          }
        }
      }
      let deviation = "shares differ by \(percent(largest)) at most"
      return SplitAudit.Finding(
        check: .classes,
        summary: "\(classes.count) classes, \(deviation)"
          + (faults.isEmpty ? "" : "; \(faults.count) faults"),
        faultCount: faults.count, examples: Array(faults.prefix(exampleCount)), leakedPairs: [])
    }
  }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
