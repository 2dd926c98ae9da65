import GraftTensor

extension Variable {
  /// Dropout: each element is set to 0 with the given probability and divided by 1 - `probability` otherwise, so that
  /// the expected value stays what it is.
  ///
  /// Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov: *Dropout: A Simple Way to Prevent Neural Networks from
  /// Overfitting*, JMLR 15, 2014. Which elements are dropped is not kept: the generator draws the same numbers again when
  /// the gradient comes back. A layer passes `&Randomness.current.generator`.
  ///
  /// Traps unless the probability lies in `0...1`.
  public func dropped(probability: Float, using generator: inout RandomGenerator) -> Variable {
    require(
      probability >= 0 && probability <= 1, "dropped: probability \(probability) does not lie in 0...1")
    guard probability > 0 else { return self }
    guard probability < 1 else { return self * 0 }
    let start = generator
    var result = value
    result.drop(probability: probability, using: &generator)
    return .record(result, node) { [node] gradient, sink in
      var replayed = start
      gradient.drop(probability: probability, using: &replayed)
      sink.add(gradient, to: node)
    }
  }
}
