/// Finds the longest token that a text goes on with, one step a byte.
struct TokenTrie: Sendable {
  /// The node at which tokens begin.
  static let root: Int32 = 0

  /// The child of a node along a byte, under the key `node << 8 | byte`.
  private var edges = IntegerTable()

  /// The token that ends at each node, -1 where none does.
  private var tokens: [Int32] = [-1]

  /// Adds a token; of two equal ones the first stays.
  mutating func insert(_ token: some Sequence<UInt8>, id: Int32) {
    var node = Self.root
    for byte in token { node = child(of: node, along: byte) }
    if tokens[Int(node)] < 0 { tokens[Int(node)] = id }
  }

  /// The node that `prefix` leads to; it is made if there is none.
  mutating func node(at prefix: some Sequence<UInt8>) -> Int32 {
    prefix.reduce(Self.root) { child(of: $0, along: $1) }
  }

  /// The longest token that `bytes` go on with at the beginning of `range`, and where it ends.
  ///
  /// - Parameter node: Where to begin: the root, or the node after a prefix that the text does not show.
  func longestMatch(in bytes: [UInt8], _ range: Range<Int>, from node: Int32 = root) -> (id: Int32, end: Int)?
  {
    var node = node
    var match: (id: Int32, end: Int)?
    for index in range {
      guard let next = edges[Self.key(node, bytes[index])] else { break }
      node = next
      if tokens[Int(node)] >= 0 { match = (tokens[Int(node)], index + 1) }
    }
    return match
  }

  private mutating func child(of node: Int32, along byte: UInt8) -> Int32 {
    let new = Int32(tokens.count)
    if let present = edges.insert(new, for: Self.key(node, byte)) { return present }
    tokens.append(-1)
    return new
  }

  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
  }
}
