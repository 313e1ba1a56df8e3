#include "go_asm.h"
#include "textflag.h"

// The inner loop of the decoder with the shifts of BMI2, for one block and for two
// in turns. A lane is a block's decoder in registers:
//
//	E    the entry
//	B, L bits and left, of its bitReader
//	S    the next byte to load
//	D    the next byte to write
//
// R12 is the decoder, or the first of two; BX, CX, DX and R14 are for anything.
//
// One turn loads twice, 7 bytes each, and begins before maxBlock+9: what it reads
// ends before maxBlock+9+7+8, and inSlack is 64. It begins to write at the plain
// data's end at most, writes three entries of at most 2 literals, and a match of at
// most 258 bytes, 64 first and then in steps of 32: what it writes ends before
// 6+258+32 bytes past the end, and outSlack is 1024. Indexes of tables are masked
// to their sizes. It calls nothing, and a block takes microseconds: that it cannot
// be preempted does not matter.

// REFILL loads whole bytes up to 56 bits or more.
#define REFILL(B, L, S) \
	MOVQ  (S), R14;    \
	SHLXQ L, R14, R14; \
	ORQ   R14, B;      \
	RORXL $3, L, R14;  \
	ANDL  $7, R14;     \
	ADDQ  $7, S;       \
	SUBQ  R14, S;      \
	ORL   $56, L

// WRITE writes the literals of the entry.
#define WRITE(E, D) \
	RORXQ $32, E, BX; \
	MOVL  BX, (D);    \
	MOVL  E, CX;      \
	SHRL  $24, CX;    \
	ADDQ  CX, D

// TAKE uses the entry's bits.
#define TAKE(E, B, L) \
	SHRXQ E, B, B; \
	SUBL  E, L

// NEXT looks the next entry up.
#define NEXT(E, B, root, table) \
	MOVL B, DX;                \
	ANDL $((1<<root)-1), DX;   \
	MOVQ table(R12)(DX*8), E

// SECOND follows a link to a second table.
#define SECOND(E, B, root, size, table) \
	RORXQ   $32, E, BX;   \
	SHRL    $16, E;       \
	RORXQ   $root, B, DX; \
	ANDL    E, DX;        \
	MOVBLZX DX, DX;       \
	ADDL    BX, DX;       \
	ANDL    $(size-1), DX; \
	MOVQ    table(R12)(DX*8), E

#define LITERALS(E, B, L, D, lit) \
	WRITE(E, D); \
	TAKE(E, B, L); \
	NEXT(E, B, const_litBits, lit)

// MATCH writes the entry's literals and takes its length, as CX, and the
// distance's entry. A distance takes at most 28 bits.
#define MATCH(E, B, L, S, D, dist) \
	WRITE(E, D);           \
	BZHIQ E, B, CX;        \
	RORXQ $8, E, BX;       \
	SHRXQ BX, CX, CX;      \
	MOVQ  E, BX;           \
	SHRQ  $56, BX;         \
	LEAQ  3(CX)(BX*1), CX; \
	TAKE(E, B, L);         \
	NEXT(E, B, const_distBits, dist); \
	REFILL(B, L, S)

// DISTANCE takes the distance, as BX, and the next entry. DX is where the bytes
// come from.
#define DISTANCE(E, B, L, S, D, lit) \
	BZHIQ E, B, BX;   \
	RORXQ $8, E, DX;  \
	SHRXQ DX, BX, BX; \
	TAKE(E, B, L);    \
	SHRQ  $32, E;     \
	ADDQ  E, BX;      \
	NEXT(E, B, const_litBits, lit); \
	REFILL(B, L, S);  \
	MOVQ  D, DX;      \
	SUBQ  BX, DX

// COPY64 copies 64 bytes at any distance. Most matches are not longer: nothing is
// asked that could be mispredicted.
#define COPY64(D) \
	MOVL    $16, R14;       \
	CMPQ    BX, R14;        \
	CMOVQCC R14, BX;        \
	SHLQ    $5, BX;         \
	LEAQ    ·near(SB), R14; \
	MOVOU   (DX), X0;       \
	MOVOU   (R14)(BX*1), X1; \
	PSHUFB  X1, X0;         \
	MOVOU   X0, (D);        \
	SUBQ    16(R14)(BX*1), DX; \
	MOVOU   16(DX), X1;     \
	MOVOU   X1, 16(D);      \
	MOVOU   32(DX), X2;     \
	MOVOU   X2, 32(D);      \
	MOVOU   48(DX), X3;     \
	MOVOU   X3, 48(D)

// COPY32 copies the 32 bytes before CX more than 32 from the match's end.
#define COPY32(D) \
	ADDQ  $32, CX;          \
	MOVOU (DX)(CX*1), X0;   \
	MOVOU X0, (D)(CX*1);    \
	MOVOU 16(DX)(CX*1), X1; \
	MOVOU X1, 16(D)(CX*1);  \
	CMPQ  CX, $-32

// func symbolsBMI2(d *decoder, dst *[outSpace]byte, out, size uint, src *[inSpace]byte, limit uint) (end uint, result int)
//
// R10 and R11 are where loading and the plain data end.
TEXT ·symbolsBMI2(SB), NOSPLIT, $0-64
	MOVQ d+0(FP), R12
	MOVQ dst+8(FP), DI
	MOVQ src+32(FP), R10
	MOVQ (decoder_in+bitReader_bits)(R12), R8
	MOVQ (decoder_in+bitReader_left)(R12), R9
	MOVQ (decoder_in+bitReader_pos)(R12), SI
	ADDQ R10, SI
	ADDQ limit+40(FP), R10
	MOVQ size+24(FP), R11
	ADDQ DI, R11
	ADDQ out+16(FP), DI

	CMPQ SI, R10
	JAE  cut
	REFILL(R8, R9, SI)
	NEXT(AX, R8, const_litBits, decoder_lit)

loop:
	CMPQ SI, R10
	JAE  over
	CMPQ DI, R11
	JA   long

	// 56 bits are there. Three entries of literals take at most 33.
	TESTL $const_entryLength, AX
	JNZ   length
	LITERALS(AX, R8, R9, DI, decoder_lit)
	TESTL $const_entryLength, AX
	JNZ   length
	LITERALS(AX, R8, R9, DI, decoder_lit)
	TESTL $const_entryLength, AX
	JNZ   length
	LITERALS(AX, R8, R9, DI, decoder_lit)
	REFILL(R8, R9, SI)
	JMP   loop

length:
	// 34 bits are there; a length takes at most 20.
	TESTL $const_entryRare, AX
	JNZ   rare

match:
	MATCH(AX, R8, R9, SI, DI, decoder_dist)
	TESTL $const_entryRare, AX
	JNZ   rareDistance

distance:
	DISTANCE(AX, R8, R9, SI, DI, decoder_lit)
	CMPQ DX, dst+8(FP)
	JB   corrupt
	COPY64(DI)
	CMPQ CX, $64
	JA   far
	ADDQ CX, DI
	JMP  loop

far:
	ADDQ CX, DI
	ADDQ CX, DX
	NEGQ CX
	ADDQ $32, CX

farther:
	COPY32(DI)
	JL  farther
	JMP loop

rare:
	TESTL $const_entryLink, AX
	JZ    end
	SECOND(AX, R8, const_litBits, const_litSize, decoder_lit)
	TESTL $const_entryRare, AX
	JNZ   end
	TESTL $const_entryLength, AX
	JNZ   match
	LITERALS(AX, R8, R9, DI, decoder_lit)
	REFILL(R8, R9, SI)
	JMP   loop

rareDistance:
	TESTL $const_entryLink, AX
	JZ    corrupt
	SECOND(AX, R8, const_distBits, const_distSize, decoder_dist)
	TESTL $const_entryRare, AX
	JZ    distance
	JMP   corrupt

end:
	TESTL $const_entryEnd, AX
	JZ    corrupt
	TAKE(AX, R8, R9)
	SUBQ src+32(FP), SI
	MOVQ R8, (decoder_in+bitReader_bits)(R12)
	MOVQ R9, (decoder_in+bitReader_left)(R12)
	MOVQ SI, (decoder_in+bitReader_pos)(R12)
	CMPQ DI, R11
	JA   long
	SUBQ dst+8(FP), DI
	MOVQ DI, end+48(FP)
	MOVQ $const_isEnd, result+56(FP)
	RET

corrupt:
	MOVQ $const_isCorrupt, result+56(FP)
	RET

over:
	CMPQ DI, R11
	JBE  cut

long:
	MOVQ $const_isLong, result+56(FP)
	RET

cut:
	MOVQ $const_isCut, result+56(FP)
	RET

// func symbolsTwo(p *decoderPair, l *[2]lane) (whole bool)
//
// In the frame, of each lane: where loading ends, where its plain data end and
// where they begin.
TEXT ·symbolsTwo(SB), NOSPLIT, $48-17
	MOVQ p+0(FP), R12
	MOVQ l+8(FP), BX
	MOVB $0, whole+16(FP)

	MOVQ lane_src(BX), SI
	MOVQ lane_limit(BX), CX
	ADDQ SI, CX
	MOVQ CX, 0(SP)
	ADDQ (decoder_in+bitReader_pos)(R12), SI
	MOVQ lane_dst(BX), DI
	MOVQ DI, 16(SP)
	MOVQ lane_size(BX), CX
	LEAQ (-const_outSlack)(DI)(CX*1), CX
	MOVQ CX, 8(SP)
	ADDQ lane_out(BX), DI
	MOVQ (decoder_in+bitReader_bits)(R12), R8
	MOVQ (decoder_in+bitReader_left)(R12), R9

	MOVQ (lane__size+lane_src)(BX), R13
	MOVQ (lane__size+lane_limit)(BX), CX
	ADDQ R13, CX
	MOVQ CX, 24(SP)
	ADDQ (decoder__size+decoder_in+bitReader_pos)(R12), R13
	MOVQ (lane__size+lane_dst)(BX), BP
	MOVQ BP, 40(SP)
	MOVQ (lane__size+lane_size)(BX), CX
	ADDQ BP, CX
	MOVQ CX, 32(SP)
	ADDQ (lane__size+lane_out)(BX), BP
	MOVQ (decoder__size+decoder_in+bitReader_bits)(R12), R10
	MOVQ (decoder__size+decoder_in+bitReader_left)(R12), R11

	CMPQ SI, 0(SP)
	JAE  corrupt
	CMPQ R13, 24(SP)
	JAE  corrupt
	REFILL(R8, R9, SI)
	NEXT(AX, R8, const_litBits, decoder_lit)
	REFILL(R10, R11, R13)
	NEXT(R15, R10, const_litBits, (decoder__size+decoder_lit))

loop:
	CMPQ SI, 0(SP)
	JAE  leave
	CMPQ DI, 8(SP)
	JA   leave
	CMPQ R13, 24(SP)
	JAE  leave
	CMPQ BP, 32(SP)
	JA   leave

	// 56 bits are there. Three entries of literals take at most 33.
	TESTL $const_entryLength, AX
	JNZ   lengthA
	LITERALS(AX, R8, R9, DI, decoder_lit)
	TESTL $const_entryLength, AX
	JNZ   lengthA
	LITERALS(AX, R8, R9, DI, decoder_lit)
	TESTL $const_entryLength, AX
	JNZ   lengthA
	LITERALS(AX, R8, R9, DI, decoder_lit)
	REFILL(R8, R9, SI)
	JMP   second

lengthA:
	// 34 bits are there; a length takes at most 20.
	TESTL $const_entryRare, AX
	JNZ   rareA

matchA:
	MATCH(AX, R8, R9, SI, DI, decoder_dist)
	TESTL $const_entryRare, AX
	JNZ   rareDistanceA

distanceA:
	DISTANCE(AX, R8, R9, SI, DI, decoder_lit)
	CMPQ DX, 16(SP)
	JB   corrupt
	COPY64(DI)
	CMPQ CX, $64
	JA   farA
	ADDQ CX, DI
	JMP  second

farA:
	ADDQ CX, DI
	ADDQ CX, DX
	NEGQ CX
	ADDQ $32, CX

fartherA:
	COPY32(DI)
	JL  fartherA
	JMP second

rareA:
	TESTL $const_entryLink, AX
	JZ    leave
	SECOND(AX, R8, const_litBits, const_litSize, decoder_lit)
	TESTL $const_entryRare, AX
	JNZ   leave
	TESTL $const_entryLength, AX
	JNZ   matchA
	LITERALS(AX, R8, R9, DI, decoder_lit)
	REFILL(R8, R9, SI)
	JMP   second

rareDistanceA:
	TESTL $const_entryLink, AX
	JZ    corrupt
	SECOND(AX, R8, const_distBits, const_distSize, decoder_dist)
	TESTL $const_entryRare, AX
	JZ    distanceA
	JMP   corrupt

second:
	// 56 bits are there. Three entries of literals take at most 33.
	TESTL $const_entryLength, R15
	JNZ   lengthB
	LITERALS(R15, R10, R11, BP, (decoder__size+decoder_lit))
	TESTL $const_entryLength, R15
	JNZ   lengthB
	LITERALS(R15, R10, R11, BP, (decoder__size+decoder_lit))
	TESTL $const_entryLength, R15
	JNZ   lengthB
	LITERALS(R15, R10, R11, BP, (decoder__size+decoder_lit))
	REFILL(R10, R11, R13)
	JMP   loop

lengthB:
	// 34 bits are there; a length takes at most 20.
	TESTL $const_entryRare, R15
	JNZ   rareB

matchB:
	MATCH(R15, R10, R11, R13, BP, (decoder__size+decoder_dist))
	TESTL $const_entryRare, R15
	JNZ   rareDistanceB

distanceB:
	DISTANCE(R15, R10, R11, R13, BP, (decoder__size+decoder_lit))
	CMPQ DX, 40(SP)
	JB   corrupt
	COPY64(BP)
	CMPQ CX, $64
	JA   farB
	ADDQ CX, BP
	JMP  loop

farB:
	ADDQ CX, BP
	ADDQ CX, DX
	NEGQ CX
	ADDQ $32, CX

fartherB:
	COPY32(BP)
	JL  fartherB
	JMP loop

rareB:
	TESTL $const_entryLink, R15
	JZ    leave
	SECOND(R15, R10, const_litBits, const_litSize, (decoder__size+decoder_lit))
	TESTL $const_entryRare, R15
	JNZ   leave
	TESTL $const_entryLength, R15
	JNZ   matchB
	LITERALS(R15, R10, R11, BP, (decoder__size+decoder_lit))
	REFILL(R10, R11, R13)
	JMP   loop

rareDistanceB:
	TESTL $const_entryLink, R15
	JZ    corrupt
	SECOND(R15, R10, const_distBits, const_distSize, (decoder__size+decoder_dist))
	TESTL $const_entryRare, R15
	JZ    distanceB
	JMP   corrupt

leave:
	MOVQ l+8(FP), BX
	SUBQ lane_src(BX), SI
	MOVQ SI, (decoder_in+bitReader_pos)(R12)
	MOVQ R8, (decoder_in+bitReader_bits)(R12)
	MOVQ R9, (decoder_in+bitReader_left)(R12)
	SUBQ 16(SP), DI
	MOVQ DI, lane_out(BX)
	SUBQ (lane__size+lane_src)(BX), R13
	MOVQ R13, (decoder__size+decoder_in+bitReader_pos)(R12)
	MOVQ R10, (decoder__size+decoder_in+bitReader_bits)(R12)
	MOVQ R11, (decoder__size+decoder_in+bitReader_left)(R12)
	SUBQ 40(SP), BP
	MOVQ BP, (lane__size+lane_out)(BX)
	MOVB $1, whole+16(FP)

corrupt:
	RET

// func cpuid(leaf uint32) (eax, ebx, ecx uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-20
	MOVL leaf+0(FP), AX
	XORL CX, CX
	CPUID
	MOVL AX, eax+8(FP)
	MOVL BX, ebx+12(FP)
	MOVL CX, ecx+16(FP)
	RET
