import GraftTensor

/// Samples that are almost the same: images by what they look like, texts by their words.
///
/// Exact copies are found by their ``SampleKey``; what is found here includes them.
///
/// ```swift
/// let groups = NearDuplicates.groups(ofImages: images)
/// print(images.shape[0] - groups.groupCount, "images have an earlier copy")
/// let parts = Splitter.grouped(by: groups).parts([0.8, 0.2], seed: 1)
/// ```
public enum NearDuplicates {
  /// Groups of images that look alike, and with them whatever looks like one of them in turn.
  ///
  /// - Parameter images: Bytes, shape `[n, channels, height, width]`.
  public static func groups(ofImages images: Tensor<UInt8>) -> SampleGroups {
    groups(of: ImageFingerprint.fingerprints(of: images))
  }

  /// Groups of images that look alike, by their fingerprints: for images of different sizes.
  ///
  /// The defaults are strict: they find what was compressed (JPEG of quality 50), brightened by 15 %, noisy, or made
  /// smaller from photographs, and take next to no different photographs for one. Small images of one object on a
  /// plain ground, such as digits, look alike sooner.
  ///
  /// - Parameters:
  ///   - distance: In how many bits two fingerprints differ at most; traps unless it is in `0...15`.
  ///   - correlation: How much their small pictures correlate at least.
  public static func groups(
    of fingerprints: [ImageFingerprint], within distance: Int = 8, correlation: Double = 0.98
  ) -> SampleGroups {
    SampleGroups(
      count: fingerprints.count, joining: pairs(of: fingerprints, within: distance, correlation: correlation))
  }

  /// Groups of texts with the same words: case, punctuation and white space do not count. See
  /// ``SampleKey/init(wordsOf:)``.
  public static func groups(ofTexts texts: [String]) -> SampleGroups {
    SampleGroups(texts.map { SampleKey(wordsOf: $0) })
  }

  /// Pairs of images that look alike. Of equal fingerprints only neighbours are a pair, and only the first has pairs
  /// with others.
  static func pairs(
    of fingerprints: [ImageFingerprint], within distance: Int, correlation: Double
  ) -> [(Int, Int)] {
    let equal = SampleGroups(fingerprints).members
    var pairs = equal.flatMap { zip($0, $0.dropFirst()) }
    let firsts = equal.map { $0[0] }
    HammingPairs(firsts.map { fingerprints[$0].hash }, within: distance).visit { a, b in
      let (first, second) = (firsts[a], firsts[b])
      if fingerprints[first].correlation(with: fingerprints[second]) >= correlation {
        pairs.append((first, second))
      }
    }
    return pairs
  }
}
