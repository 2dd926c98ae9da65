import GraftTensor

/// The words of a text, which are what stands between white space, and the white space about them.
struct SpacedWords {
  /// The words.
  private(set) var words: [Substring] = []

  /// The white space before the first word, after each word but the last, and after the last: one more than there are words.
  private var spaces: [Substring] = []

  init(_ text: String) {
    var rest = text[...]
    spaces.append(rest.prefix(while: \.isWhitespace))
    rest = rest.drop(while: \.isWhitespace)
    while !rest.isEmpty {
      words.append(rest.prefix { !$0.isWhitespace })
      rest = rest[words[words.count - 1].endIndex...]
      spaces.append(rest.prefix(while: \.isWhitespace))
      rest = rest.drop(while: \.isWhitespace)
    }
  }

  var count: Int { words.count }

  /// The words with their white space.
  var text: String {
    var text = String(spaces[0])
    for (word, space) in zip(words, spaces.dropFirst()) {
      text += word
      text += space
    }
    return text
  }

  subscript(index: Int) -> Substring {
    get { words[index] }
    set { words[index] = newValue }
  }

  /// Exchanges two words; the white space stays where it is.
  mutating func swapAt(_ first: Int, _ second: Int) { words.swapAt(first, second) }

  /// Puts a word before the one at `index`, or at the end, with a space between them.
  mutating func insert(_ word: String, at index: Int) {
    if words.isEmpty {
      spaces.append("")
    } else if index < words.count {
      spaces.insert(" ", at: index + 1)
    } else {
      spaces.insert(" ", at: index)
    }
    words.insert(word[...], at: index)
  }

  /// Which words chance chooses, each as likely. Never all: if it would, one that is drawn at random is left out.
  func chosen(withProbability probability: Double, using generator: inout RandomGenerator) -> [Bool] {
    guard count > 1 else { return words.map { _ in false } }
    var chosen = words.map { _ in generator.bernoulli(probability: probability) }
    if !chosen.contains(false) { chosen[generator.integer(below: count)] = false }
    return chosen
  }

  /// Leaves out words, each with the white space after it; what ends the text stays.
  mutating func remove(where isRemoved: (Int) -> Bool) {
    guard !words.isEmpty else { return }
    let kept = words.indices.filter { !isRemoved($0) }
    let last = spaces[words.count]
    spaces = [spaces[0]] + kept.map { spaces[$0 + 1] }
    words = kept.map { words[$0] }
    if !kept.isEmpty { spaces[kept.count] = last }
  }
}

/// How many of `count` words a rate means: at least one, unless there is none.
func wordCount(_ count: Int, atRate rate: Double) -> Int {
  min(count, max(1, Int(rate * Double(count))))
}
