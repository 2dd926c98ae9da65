import GraftTensor

extension Trial {
  /// The mean of a figure over the folds of a cross-validation.
  ///
  /// ```swift
  /// try study.run(trials: 30) { trial in
  ///   try trial.mean(over: folds) { fold in
  ///     evaluate(try train(on: data[fold.training], rate: trial[rate]), on: data[fold.validation]).accuracy
  ///   }
  /// }
  /// ```
  ///
  /// After each fold the mean so far is reported, the first at step 1, so that a rule can stop a trial that is hopeless after two folds of
  /// ten. Inside, nothing else may be reported.
  ///
  /// - Parameters:
  ///   - folds: traps if there are none.
  ///   - figure: the first objective on one fold.
  /// - Throws: what `figure` throws, and what ``report(_:at:saving:)`` does.
  public func mean<Fold>(over folds: [Fold], _ figure: (Fold) throws -> Double) throws -> Double {
    require(!folds.isEmpty, "Trial.mean: no folds")
    var sum = 0.0
    for (index, fold) in folds.enumerated() {
      sum += try figure(fold)
      try report(sum / Double(index + 1), at: index + 1)
    }
    return sum / Double(folds.count)
  }
}
