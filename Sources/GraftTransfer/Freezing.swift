import GraftNN

extension Module {
  /// Keeps parameters and running statistics exactly as they are, until ``unfreeze(_:)``.
  ///
  /// A frozen parameter is a constant to every recording: it gets no gradient, so no optimizer can move it,
  /// by weight decay or momentum either. A batch norm whose statistics are frozen normalises with them and
  /// keeps them in any mode.
  ///
  /// ```swift
  /// model.freeze(.backbone)
  /// model.freeze(.path("layer1.**") || .normalization)
  /// ```
  ///
  /// Traps if the selection matches nothing; `try selection.resolve(in: model)` is the form that throws, for
  /// selections that come from outside the program.
  public func freeze(_ selection: Selection = .all) {
    for entry in selection.entries(in: self, operation: "freeze") { entry.isTrainable = false }
  }

  /// Lets parameters learn and running statistics adapt again. An optimizer still has its state for them.
  ///
  /// ```swift
  /// model.unfreeze(.stage(3) && !.normalization)
  /// ```
  ///
  /// Traps if the selection matches nothing.
  public func unfreeze(_ selection: Selection = .all) {
    for entry in selection.entries(in: self, operation: "unfreeze") { entry.isTrainable = true }
  }

  /// Whether everything that the selection names, parameters and running statistics, is frozen.
  ///
  /// Traps if the selection matches nothing.
  public func isFrozen(_ selection: Selection = .all) -> Bool {
    selection.entries(in: self, operation: "isFrozen").allSatisfy { !$0.isTrainable }
  }
}

extension Selection {
  /// What the selection names in `model`. Stops the program with the error's text if that is nothing.
  ///
  /// `fatalError`, unlike `preconditionFailure`, prints its message in release builds too, and the message,
  /// which lists the nearest paths, is the help.
  func entries(in model: any Module, operation: StaticString) -> [StateEntry] {
    do {
      return try resolve(in: model)
    } catch {
      fatalError("\(operation): \(error)")
    }
  }
}
