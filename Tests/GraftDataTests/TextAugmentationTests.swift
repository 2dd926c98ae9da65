import GraftTensor
import Testing

@testable import GraftData

@Suite struct TextAugmentationTests {
  private let text = "  The film was good,\n\tbut the  ending was not. "
  private let synonyms: Synonyms = ["film": ["movie", "picture"], "good": ["fine"], "The": ["the"]]

  private func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// The texts that an augmentation makes of one.
  private func variations(
    _ augmentation: some TextAugmentation, of text: String, count: Int = 400
  ) -> [String] {
    (0..<count).map { seed in
      var generator = RandomGenerator(seed: UInt64(seed))
      return augmentation(text, using: &generator)
    }
  }

  @Test(arguments: ["", " ", "a", " a", "a\n", "  The film\twas\u{A0}good ", "é 😀\u{200D}👩 x"])
  func wordsAndSpacesMakeTheText(_ text: String) {
    let words = SpacedWords(text)
    #expect(words.text == text)
    #expect(words.words.map(String.init) == self.words(text))
  }

  @Test func wordsAreRemovedAndInsertedWithTheirSpaces() {
    var words = SpacedWords(" a  b\tc\n")
    words.remove { $0 == 1 }
    #expect(words.text == " a  c\n")
    words.insert("d", at: 0)
    #expect(words.text == " d a  c\n")
    words.insert("e", at: 3)
    #expect(words.text == " d a  c e\n")
    words.remove { $0 == 3 }
    #expect(words.text == " d a  c\n")
    words.remove { _ in true }
    #expect(words.count == 0)
    words.insert("f", at: 0)
    #expect(words.text == " f")
  }

  @Test func deletionKeepsOrderAndAtLeastAWord() {
    let all = words(text)
    for variation in variations(WordDeletion(probability: 0.9), of: text) {
      var rest = all[...]
      let kept = words(variation)
      #expect(!kept.isEmpty)
      for word in kept { rest = rest[((rest.firstIndex(of: word) ?? rest.endIndex) + 1)...] }
    }
    let kept = variations(WordDeletion(probability: 0.25), of: text).reduce(0) { $0 + words($1).count }
    // Binomial(400 × 9, 0.75): mean 2700, deviation 26; five deviations to either side.
    #expect(abs(kept - 2700) < 130)
    #expect(variations(WordDeletion(probability: 0), of: text).allSatisfy { $0 == text })
    // Each word can be the one that stays.
    #expect(
      Set(variations(WordDeletion(probability: 1), of: "a b c").map { words($0) }) == [["a"], ["b"], ["c"]])
  }

  @Test func swapsKeepTheWordsAndTheSpaces() {
    let all = words(text)
    for variation in variations(WordSwap(rate: 0.1), of: text) {
      #expect(words(variation).sorted() == all.sorted())
      // One exchange of two of nine words; "was" may meet "was".
      #expect([0, 2].contains(zip(words(variation), all).count { $0 != $1 }))
      #expect(variation.hasPrefix("  ") && variation.contains("\n\t"))
    }
    let orders = variations(WordSwap(), of: "a b c").map { words($0).joined() }
    for order in ["bac", "cba", "acb"] {
      // Binomial(400, 1/3): mean 133, deviation 9.4; five deviations to either side.
      #expect(abs(orders.count { $0 == order } - 133) < 48)
    }
  }

  @Test func synonymsKeepPunctuationAndCapitals() {
    let replaced = Set(variations(SynonymReplacement(synonyms, rate: 1), of: text))
    #expect(
      replaced == [
        "  The movie was fine,\n\tbut the  ending was not. ",
        "  The picture was fine,\n\tbut the  ending was not. ",
      ])
    #expect(
      Set(variations(SynonymReplacement(["film": ["movie"]]), of: "\"Film!\"")) == ["\"Movie!\""])
    // One of two words that have synonyms.
    let single = Set(
      variations(SynonymReplacement(["film": ["movie"], "good": ["fine"]], rate: 0.1), of: text))
    #expect(single.count == 2)
    #expect(variations(SynonymReplacement([:]), of: text).allSatisfy { $0 == text })
    let asked = SynonymReplacement(Synonyms { $0 == "ending" ? ["close"] : [] })
    #expect(variations(asked, of: text, count: 1)[0].contains("close"))
  }

  @Test func synonymsAreInserted() {
    let all = words(text)
    var places: Set<Int> = []
    for variation in variations(SynonymInsertion(synonyms, rate: 0.1), of: text) {
      let found = words(variation)
      #expect(found.count == all.count + 1)
      let place = found.firstIndex { ["movie", "picture", "fine"].contains($0) }
      guard let place else {
        Issue.record("nothing was inserted in \(variation)")
        continue
      }
      places.insert(place)
      var rest = found
      rest.remove(at: place)
      #expect(rest == all)
    }
    #expect(places == Set(0...all.count))
    #expect(variations(SynonymInsertion([:]), of: text).allSatisfy { $0 == text })
  }

  @Test func maskingKeepsTheNumberOfWords() {
    let masked = variations(WordMasking(probability: 0.25), of: text)
    #expect(masked.allSatisfy { words($0).count == 9 })
    // Binomial(400 × 9, 0.25): mean 900, deviation 26.
    #expect(abs(masked.reduce(0) { $0 + words($1).count { $0 == "[MASK]" } } - 900) < 130)
    for variation in variations(WordMasking(token: "<mask>", probability: 1), of: text) {
      #expect(words(variation).count { $0 != "<mask>" } == 1)
    }
  }

  @Test(arguments: ["", " \n", "word", " word "])
  func textsWithHardlyAWordStay(_ text: String) {
    for augmentation in [
      WordDeletion(probability: 1), WordSwap(rate: 1), WordMasking(probability: 1),
      EasyDataAugmentation(synonyms: [:], rate: 1),
    ] as [any TextAugmentation] {
      var generator = RandomGenerator(seed: 1)
      let varied = augmentation(text, using: &generator)
      #expect(varied == text)
    }
  }

  @Test func augmentationsCompose() {
    let chain = WordMasking(token: "x", probability: 1) + WordMasking(token: "y", probability: 1) + WordSwap()
    #expect(chain.parts.count == 3)
    var generator = RandomGenerator(seed: 1)
    var same = RandomGenerator(seed: 1)
    let step = WordMasking(token: "x", probability: 1)(text, using: &same)
    let next = WordMasking(token: "y", probability: 1)(step, using: &same)
    let last = WordSwap()(next, using: &same)
    let varied = chain(text, using: &generator)
    #expect(varied == last)
    let sometimes = WordSwap().applied(withProbability: 0.25)
    // Binomial(400, 0.25): mean 100, deviation 8.7.
    #expect(abs(variations(sometimes, of: "a b").count { $0 == "b a" } - 100) < 44)
  }

  @Test func easyDataAugmentationDrawsOneOfItsOperations() {
    let with = variations(EasyDataAugmentation(synonyms: ["a": ["z"]], rate: 0), of: "a b c d")
    // Inserted, replaced, swapped, or untouched by a deletion of probability 0: 100 each, with a deviation of 8.7.
    let counts = [
      with.count { words($0).count == 5 }, with.count { $0 == "z b c d" }, with.count { $0 == "a b c d" },
    ]
    for count in counts { #expect(abs(count - 100) < 44) }
    let without = variations(EasyDataAugmentation(synonyms: nil, rate: 0), of: "a b c d")
    #expect(without.allSatisfy { words($0).sorted() == ["a", "b", "c", "d"] })
  }

  @Test func tokensAreMaskedAsBERTWasTrained() throws {
    let tokenizer = try TokenizerFixture.tokenizer("uncased")
    let mask = try #require(tokenizer.specialTokens.mask)
    let masking = TokenMasking(for: tokenizer)
    let (rows, length) = (40, 100)
    // The first token of each text is special, the last ten are padding.
    var ids = (0..<(rows * length)).map { Int32(10 + $0 % 7) }
    for row in 0..<rows { ids[row * length] = try #require(tokenizer.specialTokens.classification) }
    let shown = (0..<(rows * length)).map { $0 % length < 90 }
    let batch = TokenBatch(
      ids: Tensor(shape: [rows, length], scalars: ids), mask: Tensor(shape: [rows, length], scalars: shown))
    var generator = RandomGenerator(seed: 4)
    let (texts, labels) = masking(batch, using: &generator)
    #expect(texts.mask == batch.mask && texts.typeIDs == batch.typeIDs)
    var (guessed, masked, other) = (0, 0, 0)
    for (index, label) in labels.scalars.enumerated() {
      let (old, new) = (ids[index], texts.ids.scalars[index])
      if label == -100 {
        #expect(new == old)
        continue
      }
      #expect(label == old && shown[index] && index % length != 0)
      guessed += 1
      if new == mask { masked += 1 } else if new != old { other += 1 }
    }
    // Binomial(40 × 89, 0.15): mean 534, deviation 21. Of those 0.8 and 0.1, with deviations of 9 and 7; a random
    // token is the old one once in a vocabulary.
    #expect(abs(guessed - 534) < 105)
    #expect(abs(Double(masked) - 0.8 * Double(guessed)) < 46)
    #expect(abs(Double(other) - 0.1 * Double(guessed)) < 36)
  }
}
