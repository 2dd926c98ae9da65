import Testing

extension ExitTest.Result? {
  /// What the process said before it stopped; the exit test has to observe `\.standardErrorContent`.
  var message: String { String(decoding: self?.standardErrorContent ?? [], as: UTF8.self) }
}
