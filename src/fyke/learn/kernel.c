/* Reading the features of a message and weighing them, as `features.py` and `model.py` do it, to the last bit.

   Whole numbers alone: what is rounded, is rounded in Python. All text is hostile. Nothing here allocates, and every
   index is masked or stands below a bound that is checked where it comes in. The constants come from `features.py`. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SLOT_MASK ((UINT32_C(1) << SLOT_BITS) - 1)
#define OWN_SLOT_MASK ((UINT32_C(1) << OWN_SLOT_BITS) - 1)
#define WINDOW (HEAD_BYTES + TAIL_BYTES + 1)
#define TEXT_FAMILIES 4 /* words, pairs, grams, subject */
#define LISTED_FAMILIES 4
#define FAMILIES (TEXT_FAMILIES + LISTED_FAMILIES)

/* What text alone can make: a word and a pair for two bytes, a gram for each, and the subject's words again. */
#define TEXT_CODES (2 * (WINDOW / 2 + 1) + WINDOW + 2 * (SUBJECT_BYTES / 2 + 1))
_Static_assert(TEXT_CODES < MOST_CODES, "the codes of a window fit");
_Static_assert(SUBJECT_BYTES < HEAD_BYTES, "the subject stands in the window");

static const uint32_t SALTS[TEXT_FAMILIES] = {SALT_WORDS, SALT_PAIRS, SALT_GRAMS, SALT_SUBJECT};

static uint32_t high(uint64_t hash) { return (uint32_t)(((hash ^ (hash >> 29)) * HASH_MIX) >> 32); }

static uint32_t mixed(uint32_t gram)
{
    gram = (gram ^ (gram >> 15)) * MIX_1;
    return (gram ^ (gram >> 12)) * MIX_2;
}

/* Words of the text between two bytes that are no letters; gives how many, and how many end before `subject`. */
static int32_t words_of(const uint8_t *text, int32_t length, int32_t subject, uint64_t *words, int32_t *subject_words)
{
    int32_t count = 0, early = 0, start = -1; /* -1: before the first gap nothing is a word */
    uint64_t hash = 0, power = 1;
    for (int32_t at = 0; at < length; at++) {
        if (text[at] > 32) {
            hash += text[at] * power;
            power *= HASH_BASE;
            continue;
        }
        if (start >= 0 && at > start) {
            words[count++] = hash;
            early += at < subject;
        }
        start = at + 1;
        hash = 0;
        power = 1;
    }
    *subject_words = early;
    return count;
}

static uint32_t *write_words(uint32_t *out, const uint64_t *words, int32_t count, uint32_t salt)
{
    for (int32_t i = 0; i < count; i++)
        *out++ = high(words[i]) ^ salt;
    return out;
}

static uint32_t *write_pairs(uint32_t *out, const uint64_t *words, int32_t count, uint32_t salt)
{
    for (int32_t i = 1; i < count; i++)
        *out++ = high(words[i - 1] * HASH_PAIR + words[i]) ^ salt;
    return out;
}

/* Runs of four bytes, in the order in which four passes over the text meet them. */
static uint32_t *write_grams(uint32_t *out, const uint8_t *text, int32_t length, uint32_t salt)
{
    for (int32_t first = 0; first < 4; first++)
        for (int32_t at = first; at + 4 <= length; at += 4) {
            const uint32_t gram = (uint32_t)text[at] | (uint32_t)text[at + 1] << 8 | (uint32_t)text[at + 2] << 16 |
                                  (uint32_t)text[at + 3] << 24;
            *out++ = mixed(gram) ^ salt;
        }
    return out;
}

/* Codes of the text's four families, and where each family ends. */
static uint32_t *write_text(uint32_t *codes, const uint8_t *text, int32_t length, int32_t subject, int32_t *ends)
{
    uint64_t words[WINDOW / 2 + 1];
    int32_t subject_words;
    uint32_t *out = codes;
    const int32_t count = words_of(text, length, subject, words, &subject_words);
    if (subject < 4)
        subject_words = 0;
    out = write_words(out, words, count, SALTS[0]);
    ends[0] = (int32_t)(out - codes);
    out = write_pairs(out, words, count, SALTS[1]);
    ends[1] = (int32_t)(out - codes);
    out = write_grams(out, text, length, SALTS[2]);
    ends[2] = (int32_t)(out - codes);
    out = write_words(out, words, subject_words, SALTS[3]);
    out = write_pairs(out, words, subject_words, SALTS[3]);
    ends[3] = (int32_t)(out - codes);
    return out;
}

/* Drop each code whose slot a later one takes. `seen`: a bit for each slot, all clear before and after. */
static int32_t distinct(uint32_t *codes, int32_t *ends, uint32_t *seen)
{
    const int32_t count = ends[FAMILIES - 1];
    int32_t to = count, kept[FAMILIES], at = count;
    for (int32_t family = FAMILIES - 1; family >= 0; family--) {
        const int32_t start = family ? ends[family - 1] : 0, before = to;
        while (at > start) {
            const uint32_t code = codes[--at], slot = code & SLOT_MASK, bit = UINT32_C(1) << (slot & 31);
            if (!(seen[slot >> 5] & bit)) {
                seen[slot >> 5] |= bit;
                codes[--to] = code; /* never below `at`: what is dropped only makes room */
            }
        }
        kept[family] = before - to;
    }
    memmove(codes, codes + to, (size_t)(count - to) * sizeof *codes);
    for (int32_t i = 0; i < count - to; i++)
        seen[(codes[i] & SLOT_MASK) >> 5] = 0;
    for (int32_t family = 0, end = 0; family < FAMILIES; family++)
        ends[family] = end += kept[family];
    return count - to;
}

/* The distinct codes of a message. `folded`: the whole text; `listed`: codes of tokens, as many as `sizes` says for each
   family; `codes` has room for MOST_CODES. Gives how many there are, or -1 where they do not fit. */
int32_t fyke_read(const uint8_t *folded, int64_t length, const uint32_t *listed, const int32_t *sizes, uint32_t *seen,
                  uint32_t *codes, int32_t *ends)
{
    uint8_t window[WINDOW];
    const uint8_t *text = folded;
    int32_t read = (int32_t)length, subject = 0;
    uint32_t *out = codes;
    if (length < 0)
        return -1;
    if (length > HEAD_BYTES + TAIL_BYTES) {
        memcpy(window, folded, HEAD_BYTES);
        window[HEAD_BYTES] = ' ';
        memcpy(window + HEAD_BYTES + 1, folded + (length - TAIL_BYTES), TAIL_BYTES);
        text = window;
        read = WINDOW;
    }
    if (length) {
        const uint8_t *line_end = memchr(folded, '\n', (size_t)length);
        const ptrdiff_t line = line_end ? line_end - folded : 0;
        subject = line < SUBJECT_BYTES ? (int32_t)line : SUBJECT_BYTES;
    }
    memset(ends, 0, FAMILIES * sizeof *ends);
    if (read >= 4)
        out = write_text(codes, text, read, subject, ends);
    for (int32_t family = 0, count = (int32_t)(out - codes); family < LISTED_FAMILIES; family++) {
        const int32_t size = sizes[family];
        if (size < 0 || size > MOST_CODES - count)
            return -1;
        if (size)
            memcpy(codes + count, listed, (size_t)size * sizeof *codes);
        listed += size;
        ends[TEXT_FAMILIES + family] = count += size;
    }
    return distinct(codes, ends, seen);
}

/* Sums of signed weights by family: FAMILIES of the base, then of the shared and of the own half where they are given.
   An account's slots are those of all, each with some bits turned: `mask`. Gives 0, or -1 where `ends` is no order. */
int32_t fyke_weigh(const uint32_t *codes, int64_t count, const int32_t *ends, const int8_t *base, const int16_t *shared,
                   const int16_t *own, uint32_t mask, int64_t *sums)
{
    int32_t at = 0;
    for (int family = 0; family < FAMILIES; family++) {
        int64_t of_base = 0, of_shared = 0, of_own = 0;
        if (ends[family] < at || ends[family] > count)
            return -1;
        for (; at < ends[family]; at++) {
            const uint32_t slot = codes[at] & SLOT_MASK;
            const int32_t sign = 1 - 2 * (int32_t)(codes[at] >> 31);
            of_base += sign * base[slot];
            if (shared)
                of_shared += sign * shared[slot];
            if (own)
                of_own += sign * own[(codes[at] ^ mask) & OWN_SLOT_MASK];
        }
        sums[family] = of_base;
        sums[FAMILIES + family] = of_shared;
        sums[2 * FAMILIES + family] = of_own;
    }
    return 0;
}
