import GraftTensor

extension SplitCheck {
  /// Every sample of a part is as late as all samples of earlier parts, or later.
  ///
  /// - Parameters:
  ///   - times: The time of each sample, in any unit.
  ///   - gap: By how much it has to be later, in the same unit.
  public static func times(_ times: [Double], gap: Double = 0) -> SplitCheck {
    SplitCheck { audited in
      audited.check(below: times.count, "times")
      var late: Set<Int> = []
      var pairs: [(SplitAudit.LeakedPair, String)] = []
      for early in audited.parts.indices {
        for other in audited.parts.indices.dropFirst(early + 1) {
          guard let first = audited.parts[other].min(by: { times[$0] < times[$1] }),
            let last = audited.parts[early].max(by: { times[$0] < times[$1] })
          else { continue }
          // Written so that a time which is no number fails.
          let tooLate = audited.parts[early].filter { !(times[$0] <= times[first] - gap) }
          guard !tooLate.isEmpty else { continue }
          late.formUnion(tooLate)
          pairs.append(
            (
              .init(first: last, second: first),
              audited.name(last, early) + " is of \(times[last]), " + audited.name(first, other)
                + " of \(times[first])"
            ))
        }
      }
      let distance = gap > 0 ? "at least \(gap) " : ""
      return SplitAudit.Finding(
        check: .times,
        summary: late.isEmpty
          ? "each part lies \(distance)before the next"
          : "\(late.count) samples do not lie \(distance)before those of a later part",
        faultCount: late.count, examples: pairs.prefix(exampleCount).map(\.1),
        leakedPairs: pairs.prefix(exampleCount).map(\.0))
    }
  }
}
