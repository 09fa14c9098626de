"use client"

import { QuestionDialog } from "@/components/question-dialog"
import { QuestionForm } from "@/components/question-form"
import type { MemberView } from "@/lib/organizations/organizations"
import { revokeMemberSessionsAction } from "./actions"
import { memberName } from "./member-name"

type SignOutMemberDialogProps = {
  /** Null: closed. */
  member: MemberView | null
  onClose: () => void
  /** Gets what to tell the admin. */
  onSignedOut: (notice: string) => void
  returnFocusTo: () => void
}

export function SignOutMemberDialog(props: SignOutMemberDialogProps) {
  const { member, onClose, onSignedOut, returnFocusTo } = props
  return (
    <QuestionDialog isOpen={member !== null} onClose={onClose} returnFocusTo={returnFocusTo}>
      {member ? (
        <QuestionForm
          title={`Sign out ${memberName(member)} everywhere?`}
          description="Every browser and program of theirs is signed out of this organization at once. They stay a member and can sign in again. API keys go on working."
          verb="Sign out everywhere"
          isDestructive
          action={revokeMemberSessionsAction}
          fields={{ user_id: member.id }}
          onDone={(ended) => {
            onSignedOut(noticeFor(member, ended))
            onClose()
          }}
        />
      ) : null}
    </QuestionDialog>
  )
}

function noticeFor(member: MemberView, ended: number): string {
  if (ended === 0) return `${memberName(member)} was signed in nowhere.`
  return `${memberName(member)} is signed out everywhere: ${ended === 1 ? "one sign-in" : `${ended} sign-ins`} ended.`
}
