/// Numbers of which the smallest comes out first (Williams, 1964).
struct BinaryHeap {
  private var elements: [UInt64] = []

  /// Adds a number.
  mutating func insert(_ element: UInt64) {
    elements.append(element)
    var index = elements.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      if elements[parent] <= element { break }
      elements[index] = elements[parent]
      index = parent
    }
    elements[index] = element
  }

  /// Takes the smallest number out; `nil` if there is none.
  mutating func popMinimum() -> UInt64? {
    guard let minimum = elements.first else { return nil }
    let last = elements.removeLast()
    if !elements.isEmpty { sink(last) }
    return minimum
  }

  /// Puts a number where it belongs, beginning at the root, which is free.
  private mutating func sink(_ element: UInt64) {
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < elements.count else { break }
      if child + 1 < elements.count && elements[child + 1] < elements[child] { child += 1 }
      if element <= elements[child] { break }
      elements[index] = elements[child]
      index = child
    }
    elements[index] = element
  }
}
