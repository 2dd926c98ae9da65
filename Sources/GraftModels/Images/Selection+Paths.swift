import GraftNN

extension Selection {
  /// What any of the layers of a numbered list names; layers without parameters add nothing.
  static func layers(_ numbers: some Sequence<Int>, of list: String) -> Selection {
    numbers.map { .path("\(list).\($0)") }.reduce(!.all) { $0 || $1 }
  }
}
