extension ImageFolder: SampleSource {
  /// An image file, decoded.
  public func sample(at index: Int) throws -> StoredSample {
    StoredSample(image: try image(at: index), label: labels[index])
  }

  /// Whether ``brokenFiles`` says so.
  public var skipsBrokenSamples: Bool { brokenFiles == .skip }
}
